package attack

import (
	"regexp"
	"strings"
	"testing"
)

// everywhere is what every response carries, with any status (K, OWASP Secure Headers Project).
var everywhere = map[string]string{
	"X-Content-Type-Options":            "nosniff",
	"X-Frame-Options":                   "DENY",
	"Referrer-Policy":                   "no-referrer",
	"Cross-Origin-Opener-Policy":        "same-origin",
	"Cross-Origin-Resource-Policy":      "same-origin",
	"Cross-Origin-Embedder-Policy":      "require-corp",
	"Origin-Agent-Cluster":              "?1",
	"X-DNS-Prefetch-Control":            "off",
	"X-Permitted-Cross-Domain-Policies": "none",
	"X-Download-Options":                "noopen",
	"X-XSS-Protection":                  "0",
	"Cache-Control":                     "no-store",
}

const apiPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// revealing are headers that name a product or a version, or that are dead (OWASP's list of headers to remove, and K21).
var revealing = []string{
	"Server", "X-Powered-By", "X-AspNet-Version", "X-AspNetMvc-Version", "X-Generator", "X-Runtime", "X-Version", "X-Served-By", "X-Backend-Server",
	"X-Server-Powered-By", "X-Powered-CMS", "Via", "X-Varnish", "X-Debug-Token", "Liferay-Portal", "SourceMap", "X-SourceMap",
	"Expect-CT", "Public-Key-Pins", "P3P", "Feature-Policy", "Clear-Site-Data",
}

// provoke causes one answer of each kind and returns them by name.
func provoke(t *testing.T, s *service) map[string]*response {
	t.Helper()
	c := s.client(t)
	all := map[string]*response{
		"200":               c.do("GET", "/api/v1/ping", nil).want(200),
		"200 of a probe":    c.do("GET", "/livez", nil).want(200),
		"200 of OpenAPI":    c.do("GET", "/openapi.json", nil).want(200),
		"200 of the admin":  c.do("GET", s.AdminURL+"/livez", nil).want(200),
		"403":               c.do("POST", "/api/v1/csp-report", map[string]string{}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example").want(403),
		"404":               c.do("GET", "/nowhere", nil).want(404),
		"404 of the admin":  c.do("GET", s.AdminURL+"/nowhere", nil).want(404),
		"405":               c.do("DELETE", "/api/v1/ping", nil).want(405),
		"413":               c.do("POST", "/api/v1/csp-report", strings.Repeat("a", 2<<20)).want(413),
		"415":               c.do("POST", "/api/v1/csp-report", "a", "Content-Encoding", "gzip").want(415),
		"421":               c.do("GET", "/", nil, "Host", "evil.example").want(421),
		"a redirected path": c.do("GET", "/a/..//api/v1/ping", nil),
	}
	for range 50 {
		if res := c.do("GET", "/api/v1/ping", nil); res.Status == 429 {
			all["429"] = res
			return all
		}
	}
	t.Fatal("no limit was reached")
	return nil
}

// Every answer carries every header, each by name and with its exact value: also refusals (K1 to K17, X9).
func TestHeadersEverywhere(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1/1m,30")
	for kind, res := range provoke(t, s) {
		for name, want := range everywhere {
			if got := res.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s is %q, want %q", kind, name, got, want)
			}
		}
		if got := res.Header.Values("Content-Security-Policy"); len(got) != 1 || got[0] != apiPolicy {
			t.Errorf("%s: policy %q", kind, got)
		}
		permissions := res.Header.Get("Permissions-Policy")
		for _, feature := range []string{"camera", "microphone", "geolocation", "payment", "usb", "publickey-credentials-get"} {
			if !strings.Contains(permissions, feature+"=()") {
				t.Errorf("%s: %s is not denied: %q", kind, feature, permissions)
			}
		}
		if got := res.Header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: Strict-Transport-Security over plain http: %q", kind, got)
		}
		if res.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: no X-Request-Id", kind)
		}
		// A redirect to the clean path comes from net/http itself and has a page of one line.
		if ct := res.Header.Get("Content-Type"); res.Status >= 400 && ct != "application/problem+json" {
			t.Errorf("%s: content type %q", kind, ct)
		}
	}
}

// No answer names a product or a version, or carries a header that is dead (J10, K19, K21, ASVS 5.0.0 V13.4.6).
func TestNothingRevealing(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1/1m,30")
	telling := regexp.MustCompile(`(?i)go1\.\d|golang|goroutine|\.go:\d|/internal/|sqlite|postgres|panic:`)
	for kind, res := range provoke(t, s) {
		for _, name := range revealing {
			if got := res.Header.Get(name); got != "" {
				t.Errorf("%s: %s: %s", kind, name, got)
			}
		}
		if found := telling.FindString(string(res.Body)); found != "" && kind != "200 of OpenAPI" {
			t.Errorf("%s: the body says %q", kind, found)
		}
	}
}

// A page allows only what carries its nonce, and each response has another (K2, ASVS 5.0.0 V3.4.3).
func TestPagePolicy(t *testing.T) {
	t.Parallel()
	c := shared(t).client(t)
	nonce := regexp.MustCompile(`'nonce-([A-Za-z0-9+/=_-]{22,})'`)
	seen := map[string]bool{}
	for range 5 {
		res := c.do("GET", "/", nil).want(200)
		policy := res.Header.Values("Content-Security-Policy")
		if len(policy) != 1 {
			t.Fatalf("%d policies", len(policy))
		}
		found := nonce.FindStringSubmatch(policy[0])
		if found == nil || seen[found[1]] {
			t.Fatalf("no new nonce in %q", policy[0])
		}
		seen[found[1]] = true
		for _, want := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'", "require-trusted-types-for 'script'", "report-to csp"} {
			if !strings.Contains(policy[0], want) {
				t.Errorf("%q lacks %q", policy[0], want)
			}
		}
		if strings.Contains(policy[0], "unsafe-") || strings.Contains(policy[0], "upgrade-insecure-requests") {
			t.Errorf("over plain http: %q", policy[0])
		}
		for _, feature := range []string{"camera", "fullscreen", "clipboard-read", "xr-spatial-tracking"} {
			if got := res.Header.Get("Permissions-Policy"); !strings.Contains(got, feature+"=()") {
				t.Errorf("%s is not denied: %q", feature, got)
			}
		}
		if got := res.Header.Get("Reporting-Endpoints"); got != `csp="/api/v1/csp-report"` {
			t.Errorf("Reporting-Endpoints: %q", got)
		}
		for name, want := range everywhere {
			if got := res.Header.Get(name); got != want && name != "Cache-Control" {
				t.Errorf("a page: %s is %q", name, got)
			}
		}
	}
}

// Strict-Transport-Security goes out over https, to be told by the trusted proxy, and never otherwise (K4, RFC 6797 section 7.2).
func TestStrictTransport(t *testing.T) {
	t.Parallel()
	s := start(t, "PUBLIC_URL=https://app.example.com")
	c := s.client(t)
	const want = "max-age=63072000; includeSubDomains"
	res := c.do("GET", "/api/v1/ping", nil, "Host", "app.example.com", "X-Forwarded-Proto", "https").want(200)
	if got := res.Header.Get("Strict-Transport-Security"); got != want {
		t.Errorf("over https: %q", got)
	}
	if got := c.do("GET", "/nowhere", nil, "Host", "app.example.com", "X-Forwarded-Proto", "https").want(404).Header.Get("Strict-Transport-Security"); got != want {
		t.Errorf("a refusal over https: %q", got)
	}
	if got := c.do("GET", "/livez", nil, "X-Forwarded-Proto", "http").want(200).Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("over http: %q", got)
	}
	local := shared(t).client(t)
	if got := local.do("GET", "/api/v1/ping", nil, "X-Forwarded-Proto", "https").want(200).Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("for an address: %q", got)
	}
}
