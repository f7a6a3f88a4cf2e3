package attack

import (
	"strings"
	"testing"
)

// Only the listed origins may read, by their whole name (B13, K20, CWE-942).
func TestOrigins(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1000/1s", "CORS_ALLOWED_ORIGINS=https://app.example.com,https://second.example.com:8443")
	c := s.signIn(t)
	for origin, allowed := range map[string]bool{
		"https://app.example.com":              true,
		"https://second.example.com:8443":      true,
		"https://second.example.com":           false,
		"http://app.example.com":               false,
		"https://evil.example":                 false,
		"https://app.example.com.evil.example": false,
		"https://evilapp.example.com":          false,
		"https://sub.app.example.com":          false,
		"null":                                 false,
		"*":                                    false,
	} {
		for _, path := range []string{"/api/v1/ping", "/nowhere"} {
			res := c.do("GET", path, nil, "Origin", origin, "Sec-Fetch-Site", "cross-site")
			if got := res.Header.Get("Access-Control-Allow-Origin"); allowed && got != origin || !allowed && got != "" {
				t.Errorf("%s, %s: Access-Control-Allow-Origin %q", origin, path, got)
			}
			if got := res.Header.Values("Vary"); len(got) == 0 || got[0] != "Origin" {
				t.Errorf("%s, %s: Vary %q", origin, path, got)
			}
		}
		preflight := c.do("OPTIONS", "/api/v1/csp-report", nil, "Origin", origin, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type")
		if got := preflight.Header.Get("Access-Control-Allow-Methods"); (got != "") != allowed {
			t.Errorf("%s: preflight %d, methods %q", origin, preflight.Status, got)
		}
		want := 403
		if allowed {
			want = 204
		}
		res := s.client(t).do("POST", "/api/v1/csp-report", `{"csp-report":{}}`, "Content-Type", "application/csp-report", "Origin", origin, "Sec-Fetch-Site", "cross-site")
		if res.Status != want {
			t.Errorf("%s: POST %d, want %d: %s", origin, res.Status, want, res.Body)
		}
	}
}

// An entry that would open more than it says stops the start.
func TestOriginSettings(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"*", "null", "https://*.example.com", "http://app.example.com", "https://app.example.com/path"} {
		s := prepare(t, "CORS_ALLOWED_ORIGINS="+bad)
		if out, code := s.run(t, "serve"); code != 1 || !strings.Contains(out, "CORS_ALLOWED_ORIGINS") {
			t.Errorf("%s: exit %d\n%s", bad, code, out)
		}
	}
}
