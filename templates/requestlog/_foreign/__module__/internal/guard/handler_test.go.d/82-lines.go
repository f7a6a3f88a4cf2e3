package guard_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// lines makes slog write to memory and returns what reads the lines of requests.
func lines(t *testing.T) func() []map[string]any {
	t.Helper()
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(was) })
	return func() []map[string]any {
		var out []map[string]any
		for _, text := range strings.Split(strings.TrimSpace(log.String()), "\n") {
			line := map[string]any{}
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if line["msg"] == "request" {
				out = append(out, line)
			}
		}
		if len(out) == 0 {
			t.Fatalf("no line: %s", log.String())
		}
		return out
	}
}

func TestLogLine(t *testing.T) {
	log := lines(t)
	r := httptest.NewRequest("POST", "/orders/4711?token=swordfish", strings.NewReader("swordfish"))
	r.Header.Set("Authorization", "Bearer swordfish")
	r.Header.Set("X-Request-Id", "swordfish")
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	r.RemoteAddr = "10.0.0.1:5000"
	seen := ""
	w := httptest.NewRecorder()
	guarded(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Get("X-Request-Id")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "nothing")
	}, "TRUSTED_PROXIES=10.0.0.0/8").ServeHTTP(w, r)
	got := log()
	if len(got) != 1 {
		t.Fatalf("%d lines", len(got))
	}
	for key, want := range map[string]any{"method": "POST", "status": 404.0, "bytes": 7.0, "client": "203.0.113.9", "level": "INFO"} {
		if got[0][key] != want {
			t.Errorf("%s is %v, want %v", key, got[0][key], want)
		}
	}
	id, _ := got[0]["request_id"].(string)
	if len(id) != 36 || id != w.Header().Get("X-Request-Id") || id != seen {
		t.Errorf("request id %q in the line, %q in the answer, %q in the request", id, w.Header().Get("X-Request-Id"), seen)
	}
	if _, has := got[0]["duration_us"].(float64); !has {
		t.Error("no duration")
	}
	text, _ := json.Marshal(got)
	for _, secret := range []string{"swordfish", "4711"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("%s stands in the line: %s", secret, text)
		}
	}
}

// Whatever becomes of a request, there is a line.
func TestLogLineAlways(t *testing.T) {
	for name, tt := range map[string]struct {
		h    http.HandlerFunc
		want float64
	}{
		"nothing is written": {func(http.ResponseWriter, *http.Request) {}, 200},
		"aborted":            {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 500},
	} {
		log := lines(t)
		func() {
			defer func() { _ = recover() }()
			guarded(t, tt.h).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		}()
		if got := log()[0]["status"]; got != tt.want {
			t.Errorf("%s: status %v, want %v", name, got, tt.want)
		}
	}
}

// A method that a client made up is none that a line shows.
func TestLogLineMethod(t *testing.T) {
	log := lines(t)
	guarded(t, ok).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("SWORDFISH", "/", nil))
	if got := log()[0]["method"]; got != "other" {
		t.Errorf("method %v", got)
	}
}
