package cspreport

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"example.com/app/internal/clientip"
	"example.com/app/internal/logging"
)

func send(h http.Handler, media, body string) (int, []map[string]any, string) {
	var out bytes.Buffer
	r := httptest.NewRequest("POST", "/api/v1/csp-report", strings.NewReader(body))
	r.Header.Set("Content-Type", media)
	ctx := logging.Into(context.Background(), logging.New(&out, slog.LevelInfo))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(clientip.With(ctx, netip.MustParseAddr("192.0.2.1"), true)))
	var events []map[string]any
	for line := range strings.Lines(out.String()) {
		var e map[string]any
		if json.Unmarshal([]byte(line), &e) == nil && e["event"] == "csp_violation" {
			events = append(events, e)
		}
	}
	return w.Code, events, out.String()
}

func TestReports(t *testing.T) {
	tests := []struct {
		name, media, body  string
		status             int
		directive, blocked string
	}{
		{"report-uri", "application/csp-report", `{"csp-report":{"effective-directive":"script-src-elem","blocked-uri":"https://evil.example/x.js?token=canary"}}`, 204, "script-src-elem", "https://evil.example"},
		{"report-uri of an older browser", "application/csp-report", `{"csp-report":{"violated-directive":"img-src","blocked-uri":"inline"}}`, 204, "img-src", "inline"},
		{"report-to", "application/reports+json", `[{"type":"csp-violation","body":{"effectiveDirective":"style-src","blockedURL":"data:text/css,canary"}}]`, 204, "style-src", "data:"},
		{"a name that is none", "application/csp-report", `{"csp-report":{"effective-directive":"x\r\n{\"event\":\"forged\"}","blocked-uri":"\u0000"}}`, 204, "unknown", "unknown"},
		{"another kind", "application/reports+json", `[{"type":"deprecation","body":{}}]`, 204, "", ""},
		{"malformed", "application/csp-report", `{"csp-report":`, 400, "", ""},
		{"wrong type", "application/json", `{}`, 415, "", ""},
		{"no type", "", `{}`, 415, "", ""},
		{"too large", "application/csp-report", `{"csp-report":{"x":"` + strings.Repeat("a", maxBytes) + `"}}`, 413, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, events, out := send(Handler(), tt.media, tt.body)
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			if strings.Contains(out, "canary") {
				t.Errorf("the log has more than the host: %s", out)
			}
			if tt.directive == "" {
				if len(events) != 0 {
					t.Errorf("events: %v", events)
				}
				return
			}
			if len(events) != 1 || events[0]["directive"] != tt.directive || events[0]["blocked"] != tt.blocked {
				t.Errorf("events: %v, want %s and %s", events, tt.directive, tt.blocked)
			}
		})
	}
}

func TestReportsAreBounded(t *testing.T) {
	h := Handler()
	many := "[" + strings.Repeat(`{"type":"csp-violation","body":{"effectiveDirective":"img-src"}},`, 50) + `{"type":"x"}]`
	if _, events, _ := send(h, "application/reports+json", many); len(events) != maxReports {
		t.Errorf("%d events of one request, want %d", len(events), maxReports)
	}
	for range rate.Burst - 1 {
		if status, _, _ := send(h, "application/reports+json", `[]`); status != 204 {
			t.Fatalf("status %d below the limit", status)
		}
	}
	if status, _, _ := send(h, "application/reports+json", `[]`); status != 429 {
		t.Errorf("status %d beyond the limit", status)
	}
}
