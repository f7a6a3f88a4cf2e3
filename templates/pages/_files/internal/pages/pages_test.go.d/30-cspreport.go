package pages

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"example.com/app/internal/config"
	"example.com/app/internal/guard"
	"example.com/app/internal/logging"
	"example.com/app/internal/problem"
)

const (
	oldForm = "application/csp-report"
	newForm = "application/reports+json"
)

// send reports from address and returns the answer and what was logged.
func send(p *Pages, address, kind, body string) (*httptest.ResponseRecorder, string) {
	var log bytes.Buffer
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	ctx := logging.Into(r.Context(), logging.New(&log, slog.LevelInfo))
	r = r.WithContext(guard.With(ctx, guard.Request{Client: netip.MustParseAddr(address)}))
	w := httptest.NewRecorder()
	problem.Handler(p.CSPReport).ServeHTTP(w, r)
	return w, log.String()
}

func TestCSPReport(t *testing.T) {
	const secret = "canary"
	tests := []struct {
		name, kind, body string
		status           int
		events           []string // directive, blocked and enforced of each
	}{
		{"report204 old form", oldForm, `{"csp-report":{"document-uri":"https://a.example/?token=canary","effective-directive":"script-src-elem","violated-directive":"script-src-elem","blocked-uri":"https://evil.example/x.js?canary","disposition":"enforce","original-policy":"x"}}`,
			204, []string{`"directive":"script-src-elem","blocked":"https://evil.example","enforced":true`}},
		{"report204 oldest form", oldForm, `{"csp-report":{"violated-directive":"img-src 'self'","blocked-uri":"inline"}}`, 204, []string{`"directive":"img-src","blocked":"inline","enforced":true`}},
		{"report204 new form", newForm, `[{"type":"csp-violation","age":1,"url":"https://a.example/canary","user_agent":"canary","body":{"documentURL":"https://a.example/canary","effectiveDirective":"style-src-attr","blockedURL":"eval","disposition":"report","sample":"canary"}}]`,
			204, []string{`"directive":"style-src-attr","blocked":"eval","enforced":false`}},
		{"report204 batch", newForm, `[{"type":"deprecation","body":{}},` + strings.Repeat(`{"type":"csp-violation","body":{"effectiveDirective":"img-src","blockedURL":"data"}},`, 20) + `{"type":"csp-violation","body":{}}]`,
			204, slices.Repeat([]string{`"directive":"img-src","blocked":"data","enforced":true`}, maxViolations)},
		{"report204 empty batch", newForm, `[]`, 204, nil},
		{"report204 invented words", oldForm, `{"csp-report":{"effective-directive":"canary","blocked-uri":"javascript:canary"}}`, 204, []string{`"directive":"other","blocked":"other","enforced":true`}},
		{"report204 line break", oldForm, `{"csp-report":{"effective-directive":"img-src\ncanary","blocked-uri":"https://evil.example\n{\"event\":\"canary\"}"}}`, 204, []string{`"directive":"other","blocked":"other","enforced":true`}},
		{"report204 control characters", oldForm, `{"csp-report":{"effective-directive":"img-src","blocked-uri":"https://evil\u009b.example"}}`, 204, []string{`"directive":"img-src","blocked":"other","enforced":true`}},
		{"report204 turned around", oldForm, `{"csp-report":{"effective-directive":"img-src","blocked-uri":"https://evil.example\u202e"}}`, 204, []string{`"directive":"img-src","blocked":"other","enforced":true`}},
		{"report400", oldForm, `{"csp-report":`, 400, nil},
		{"report422 no report", oldForm, `{"other":{}}`, 422, nil},
		{"report422 no object", oldForm, `"text"`, 422, nil},
		{"report413", oldForm, `{"csp-report":{"sample":"` + strings.Repeat("a", maxReport) + `"}}`, 413, nil},
		{"report415 JSON", "application/json", `{"csp-report":{}}`, 415, nil},
		{"report415 text", "text/plain", `{"csp-report":{}}`, 415, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, log := send(New(config.Config{}), "198.18.0.1", tt.kind, tt.body)
			if w.Code != tt.status {
				t.Fatalf("status %d, want %d: %s", w.Code, tt.status, w.Body)
			}
			var lines []string
			for line := range strings.Lines(log) {
				if strings.Contains(line, `"event":"csp_violation"`) {
					lines = append(lines, line)
				}
			}
			if len(lines) != len(tt.events) {
				t.Fatalf("%d events, want %d: %s", len(lines), len(tt.events), log)
			}
			for i, want := range tt.events {
				if !strings.Contains(lines[i], want) {
					t.Errorf("event %s, want %s", lines[i], want)
				}
			}
			if strings.Contains(log, secret) {
				t.Errorf("the log repeats what was sent: %s", log)
			}
		})
	}
}

// One client has few reports, another's are not touched by it, and all together have a bound too.
func TestCSPReport429(t *testing.T) {
	c := New(config.Config{})
	const body = `{"csp-report":{"effective-directive":"img-src"}}`
	for i := range reportRate.Burst {
		if w, _ := send(c, "198.18.0.1", oldForm, body); w.Code != http.StatusNoContent {
			t.Fatalf("report %d: %d", i, w.Code)
		}
	}
	w, log := send(c, "198.18.0.1", oldForm, body)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" || strings.Contains(log, "csp_violation") {
		t.Errorf("one too many: %d %v %s", w.Code, w.Header(), log)
	}
	if w, _ := send(c, "198.18.0.2", oldForm, body); w.Code != http.StatusNoContent {
		t.Errorf("another client: %d", w.Code)
	}
	refused := 0
	for i := range 2 * allReportsRate.Burst {
		if w, _ := send(c, netip.AddrFrom4([4]byte{198, 18, 1, byte(i)}).String(), oldForm, body); w.Code == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused < allReportsRate.Burst/2 {
		t.Errorf("%d of %d reports from as many addresses were refused", refused, 2*allReportsRate.Burst)
	}
}

// What is kept of any report consists of known words.
func FuzzParseReport(f *testing.F) {
	f.Add([]byte(`{"csp-report":{"effective-directive":"img-src","blocked-uri":"https://evil.example/x"}}`))
	f.Add([]byte(`[{"type":"csp-violation","body":{"effectiveDirective":"img-src","blockedURL":"inline"}}]`))
	f.Add([]byte(`{"csp-report":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		found, err := parseReport(body)
		if err != nil && problem.From(err).Status >= 500 {
			t.Fatal(err)
		}
		for _, v := range found {
			if v.directive != "other" && !directives[v.directive] || len(v.blocked) > 300 || strings.ContainsFunc(v.blocked, func(r rune) bool { return r <= ' ' || r > '~' }) {
				t.Errorf("%q is kept as %+v", body, v)
			}
		}
	})
}
