package attack

import (
	"strings"
	"testing"
)

// Behind a proxy that says http, pages are sent to https and the API is refused, to the host of PUBLIC_URL and no other
// (L2, J14, ASVS 5.0.0 V4.1.2, CWE-601).
func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	s := start(t, "PUBLIC_URL=https://app.example.com", "ALLOWED_HOSTS=app.example.com,other.example.com")
	c := s.client(t)
	for _, host := range []string{"app.example.com", "other.example.com", "other.example.com:8080"} {
		for path, want := range map[string]string{
			"/":                         "https://app.example.com/",
			"/security?a=%20b":          "https://app.example.com/security?a=%20b",
			"//evil.example/":           "https://app.example.com//evil.example/",
			"/?to=https://evil.test":    "https://app.example.com/?to=https://evil.test",
			"/.well-known/security.txt": "https://app.example.com/.well-known/security.txt",
		} {
			res := c.do("GET", path, nil, "Host", host, "X-Forwarded-Proto", "http", "X-Forwarded-Host", "evil.example").want(308)
			if got := res.Header.Get("Location"); got != want {
				t.Errorf("%s%s: %s, want %s", host, path, got, want)
			}
		}
	}
	for _, proto := range []string{"http", "", "https, http"} {
		res := c.do("GET", "/api/v1/ping", nil, "Host", "app.example.com", "X-Forwarded-Proto", proto).want(403)
		if res.slug() != "https-required" || res.Header.Get("Location") != "" {
			t.Errorf("%q: %s, Location %q", proto, res.Body, res.Header.Get("Location"))
		}
	}
	c.do("POST", "/", nil, "Host", "app.example.com", "X-Forwarded-Proto", "http").want(403)
	c.do("GET", "/livez", nil).want(200)
	c.do("GET", "/api/v1/ping", nil, "Host", "app.example.com", "X-Forwarded-Proto", "https").want(200)
}

// A listener that others can reach does not start in plain text unless somebody says so (L1, ASVS 5.0.0 V12.2.1).
func TestPublicPlainListener(t *testing.T) {
	t.Parallel()
	public := []string{
		"ADDR=0.0.0.0:0", "BEHIND_PROXY=false", "TRUSTED_PROXIES=",
		"PUBLIC_URL=https://app.example.com", "SECURITY_CONTACT=mailto:security@example.com",
	}
	s := prepare(t, public...)
	out, code := s.run(t, "serve") // one that starts after all is killed, and has no exit code
	if code != 1 || !strings.Contains(out, "plain-http") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if out, code := s.run(t, "doctor"); code == 0 || !strings.Contains(out, "plain-http") {
		t.Errorf("doctor: exit %d:\n%s", code, out)
	}
	if out, code := prepare(t, "PUBLIC_URL=http://app.example.com").run(t, "serve"); code != 1 || !strings.Contains(out, "PUBLIC_URL") {
		t.Errorf("an http address for others: exit %d:\n%s", code, out)
	}
}

// Nothing that a stranger names becomes the target of a redirect (J14).
func TestRedirectsStay(t *testing.T) {
	t.Parallel()
	c := shared(t).client(t)
	for _, path := range []string{
		"//evil.example", "//evil.example/%2e%2e", "/\\evil.example", "/%5cevil.example", "/%2f%2fevil.example", "/a/..//evil.example",
		"/?next=https://evil.example", "/security.txt?url=//evil.example", "/security.txt//evil.example", "/https:/evil.example",
	} {
		res := c.do("GET", path, nil, "X-Forwarded-Host", "evil.example", "Referer", "https://evil.example/")
		to := res.Header.Get("Location")
		if strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") || strings.Contains(to, "://") {
			t.Errorf("%s: %d to %q", path, res.Status, to)
		}
	}
}
