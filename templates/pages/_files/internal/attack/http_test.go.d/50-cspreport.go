package attack

import (
	"strings"
	"testing"
)

// A browser's report becomes one event without what it saw; a large or frequent one becomes nothing (K, ASVS 5.0.0 V3.4.7).
func TestCSPReport(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.client(t)
	report := `{"csp-report":{"document-uri":"https://a.example/?canary","effective-directive":"script-src-elem","blocked-uri":"https://evil.example/canary.js"}}`
	c.do("POST", "/api/v1/csp-report", report, "Content-Type", "application/csp-report").want(204)
	c.do("POST", "/api/v1/csp-report", `[{"type":"csp-violation","body":{"effectiveDirective":"img-src","blockedURL":"inline"}}]`, "Content-Type", "application/reports+json").want(204)
	c.do("POST", "/api/v1/csp-report", report).want(415)
	c.do("POST", "/api/v1/csp-report", `{"csp-report":{"sample":"`+strings.Repeat("a", 20<<10)+`"}}`, "Content-Type", "application/csp-report").want(413)
	limited := 0
	for range 12 {
		if c.do("POST", "/api/v1/csp-report", report, "Content-Type", "application/csp-report").Status == 429 {
			limited++
		}
	}
	if limited == 0 {
		t.Error("reports have no limit")
	}
	s.client(t).do("GET", "/api/v1/ping", nil).want(200) // the limit is for reports
	events := s.events(t, "csp_violation")
	if len(events) == 0 || events[0]["directive"] != "script-src-elem" || events[0]["blocked"] != "https://evil.example" {
		t.Errorf("events %v", events)
	}
	if strings.Contains(s.logs(), "canary") {
		t.Error("the log repeats the report")
	}
}
