package httpserver

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/app/internal/guard"
)

// logLines returns a log as objects.
func logLines(t *testing.T, out *bytes.Buffer) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(out.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		all = append(all, fields)
	}
	return all
}

// Each request is one line, which says who, when, where and what (ASVS 5.0.0 V16.2.1) and nothing that the client typed.
func TestLogLine(t *testing.T) {
	h, out := behind(t, nil, func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
		return nil
	})
	r := httptest.NewRequest("GET", "http://localhost/test?token=canary", nil)
	r.Header.Set("User-Agent", "canary")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	r = httptest.NewRequest("CANARY", "http://localhost/test", nil)
	h.ServeHTTP(httptest.NewRecorder(), r)
	all := logLines(t, out)
	if len(all) != 2 {
		t.Fatalf("%d lines", len(all))
	}
	want := map[string]any{
		"level": "INFO", "msg": "request", "request_id": w.Header().Get("X-Request-Id"), "client": "192.0.2.1",
		"route": "GET /test", "method": "GET", "status": 418.0, "bytes": 15.0,
	}
	for key, value := range want {
		if all[0][key] != value {
			t.Errorf("%s: %v, want %v", key, all[0][key], value)
		}
	}
	if all[0]["time"] == nil || all[0]["duration_us"] == nil || len(all[0]) != len(want)+2 {
		t.Errorf("keys: %v", all[0])
	}
	if all[1]["method"] != "other" {
		t.Errorf("a method that the client made up: %v", all[1])
	}
	if strings.Contains(out.String(), "canary") || strings.Contains(out.String(), "CANARY") {
		t.Errorf("the log has what the client typed: %s", out)
	}
}

// A request that broke a rule is an event (ASVS 5.0.0 V16.3.3); a path that does not exist is not.
func TestInputRejected(t *testing.T) {
	for status, want := range map[int]int{400: 1, 413: 1, 415: 1, 422: 1, 404: 0, 200: 0, 500: 0} {
		h, out := behind(t, nil, func(w http.ResponseWriter, _ *http.Request) error {
			w.WriteHeader(status)
			return nil
		})
		id := ask(h).Header().Get("X-Request-Id")
		events := 0
		for _, line := range logLines(t, out) {
			if line["event"] == "input_rejected" && line["status"] == float64(status) && line["request_id"] == id {
				events++
			}
		}
		if events != want || len(logLines(t, out)) != 1+want {
			t.Errorf("%d: %s", status, out)
		}
	}
}

// A client that is refused without end writes a few lines, and everything is counted (CWE-779).
func TestRefusalsDoNotFillTheLog(t *testing.T) {
	h, out := behind(t, nil, func(http.ResponseWriter, *http.Request) error { return nil }, "RATE_LIMIT=1/1h,1")
	for range 1000 {
		ask(h)
	}
	if n := len(logLines(t, out)); n > 30 {
		t.Errorf("%d lines for 1000 requests", n)
	}
}

// What the guard notices outside of a request reaches log, events and metrics.
func TestNotices(t *testing.T) {
	var out bytes.Buffer
	d := deps(t, &out, nil)
	ctx := context.Background()
	for _, n := range []guard.Notice{
		{Kind: guard.Summarized, Count: 7},
		{Kind: guard.HandshakeFailed, Cause: "garbage"},
		{Kind: guard.HandshakeFailed, Cause: "garbage", Quiet: true},
		{Kind: guard.ConnectionRefused},
	} {
		d.notice(ctx, n)
	}
	all := logLines(t, &out)
	if len(all) != 2 || all[0]["event"] != "refusals_summarized" || all[0]["count"] != 7.0 || all[1]["event"] != "tls_handshake" || all[1]["cause"] != "garbage" {
		t.Errorf("lines: %v", all)
	}
	w := httptest.NewRecorder()
	d.Metrics.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`security_events_total{event="tls_handshake"} 2`, `security_events_total{event="refusals_summarized"} 1`, "connections_refused_total 1"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}
