package attack

import "testing"

// What a page of another site makes a browser send is refused, also with the victim's credentials (B12, CWE-352).
func TestCrossOriginRequests(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	const report = `{"csp-report":{}}`
	for name, headers := range map[string][]string{
		"another site":                        {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"a sibling":                           {"Sec-Fetch-Site", "same-site", "Origin", "https://sibling.example.com"},
		"a sandboxed frame":                   {"Sec-Fetch-Site", "cross-site", "Origin", "null"},
		"a form":                              {"Sec-Fetch-Site", "cross-site", "Content-Type", "text/plain"},
		"a browser without fetch metadata":    {"Origin", "https://evil.example"},
		"a frame without fetch metadata":      {"Origin", "null"},
		"our name as a part of another":       {"Origin", "http://127.0.0.1.evil.example"},
		"another port of this machine's name": {"Origin", "http://127.0.0.1:1"},
	} {
		if res := c.do("POST", "/api/v1/csp-report", report, headers...); res.Status != 403 || res.slug() != "cross-origin" {
			t.Errorf("%s: %d %s", name, res.Status, res.Body)
		}
	}
	for _, method := range []string{"DELETE", "PATCH", "PUT"} {
		c.do(method, "/api/v1/csp-report", report, "Sec-Fetch-Site", "cross-site").want(403)
	}
	c.do("POST", "/api/v1/csp-report", report, "Content-Type", "application/csp-report", "Sec-Fetch-Site", "same-origin", "Origin", s.URL).want(204)
	c.do("POST", "/api/v1/csp-report", report, "Content-Type", "application/csp-report").want(204) // no browser
	c.do("GET", "/api/v1/ping", nil, "Sec-Fetch-Site", "cross-site").want(200)
	if len(s.events(t, "cross_origin")) == 0 {
		t.Error("no event")
	}
}
