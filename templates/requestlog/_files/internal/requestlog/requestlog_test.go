package requestlog

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
)

// serve runs one request through the log and returns its lines.
func serve(t *testing.T, h http.HandlerFunc, r *http.Request) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	ctx := logging.Into(r.Context(), logging.New(&out, slog.LevelDebug))
	ctx = logging.Open(ctx, &logging.Scope{RequestID: "the-id", Client: netip.MustParseAddr("192.0.2.1"), Actor: "the-actor"})
	func() {
		defer func() { _ = recover() }() // net/http's part
		Middleware(metrics.New())(Route(h)).ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	}()
	return lines(t, out.String())
}

func lines(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(out) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		all = append(all, fields)
	}
	return all
}

// Each line says who, when, where and what (ASVS 5.0.0 V16.2.1).
func TestLine(t *testing.T) {
	r := httptest.NewRequest("GET", "/api/v1/notes/canary?token=canary", nil)
	r.Header.Set("User-Agent", "canary")
	r.Pattern = "GET /api/v1/notes/{id}"
	all := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	}, r)
	if len(all) != 1 {
		t.Fatalf("%d lines", len(all))
	}
	want := map[string]any{
		"level": "INFO", "msg": "request", "request_id": "the-id", "client": "192.0.2.1", "actor": "the-actor",
		"route": "GET /api/v1/notes/{id}", "method": "GET", "status": 418.0, "bytes": 15.0,
	}
	for key, value := range want {
		if all[0][key] != value {
			t.Errorf("%s: %v, want %v", key, all[0][key], value)
		}
	}
	if all[0]["time"] == nil || all[0]["duration_us"] == nil || len(all[0]) != len(want)+2 {
		t.Errorf("keys: %v", all[0])
	}
	if b, _ := json.Marshal(all); bytes.Contains(b, []byte("canary")) {
		t.Errorf("the line has what the client typed: %s", b)
	}
}

func TestStatus(t *testing.T) {
	tests := []struct {
		name string
		h    http.HandlerFunc
		want float64
	}{
		{"nothing written", func(http.ResponseWriter, *http.Request) {}, 200},
		{"a body", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }, 200},
		{"a hint before the answer", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNotFound)
		}, 404},
		{"flushed", func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, 200},
		{"cut off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := serve(t, tt.h, httptest.NewRequest("GET", "/", nil))
			if len(all) != 1 || all[0]["status"] != tt.want {
				t.Errorf("got %v, want %v", all, tt.want)
			}
		})
	}
}

// A request that broke a rule is an event (ASVS 5.0.0 V16.3.3); a path that is not there is none.
func TestInputRejected(t *testing.T) {
	for status, want := range map[int]int{400: 1, 413: 1, 415: 1, 422: 1, 404: 0, 200: 0, 500: 0} {
		all := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }, httptest.NewRequest("GET", "/", nil))
		events := 0
		for _, line := range all {
			if line["event"] == "input_rejected" && line["status"] == float64(status) && line["request_id"] == "the-id" {
				events++
			}
		}
		if events != want || len(all) != 1+want {
			t.Errorf("%d: %v", status, all)
		}
	}
}

// What net/http offers through a ResponseController is still there.
func TestUnwrap(t *testing.T) {
	server := httptest.NewServer(Middleware(nil)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("hijack: %v", err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
		_ = conn.Close()
	})))
	defer server.Close()
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 204 {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestErrorLog(t *testing.T) {
	tests := []struct {
		name, said, event, client, cause string
	}{
		{"a handshake fails", "http: TLS handshake error from 192.0.2.1:4321: tls: client offered only unsupported versions", "tls_handshake", "192.0.2.1", "tls: client offered only unsupported versions"},
		{"a port scan", "http: TLS handshake error from 192.0.2.1:4321: EOF", "", "", ""},
		{"anything else", "http: superfluous response.WriteHeader call", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			ErrorLog(logging.New(&out, slog.LevelInfo), nil).Print(tt.said)
			all := lines(t, out.String())
			if tt.event == "" {
				if len(all) != 0 {
					t.Errorf("lines: %v", all)
				}
				return
			}
			if len(all) != 1 || all[0]["event"] != tt.event || all[0]["client"] != tt.client || all[0]["cause"] != tt.cause {
				t.Errorf("lines: %v", all)
			}
		})
	}
}

// A line is dropped below the level that was asked for.
func TestLevel(t *testing.T) {
	var out bytes.Buffer
	ctx := logging.Into(context.Background(), logging.New(&out, slog.LevelWarn))
	Middleware(nil)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	if out.Len() != 0 {
		t.Errorf("got %s", out.String())
	}
}
