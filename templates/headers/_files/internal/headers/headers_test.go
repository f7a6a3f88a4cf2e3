package headers

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"example.com/app/internal/clientip"
	"example.com/app/internal/config"
)

func serve(t *testing.T, c config.Config, r *http.Request, h http.HandlerFunc) http.Header {
	t.Helper()
	w := httptest.NewRecorder()
	Middleware(c)(h).ServeHTTP(w, r)
	return w.Result().Header
}

func nothing(http.ResponseWriter, *http.Request) {}

// The whole set, each by its exact value: a change here is a decision.
func TestEveryHeader(t *testing.T) {
	want := map[string]string{
		"Content-Security-Policy":           "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
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
		"Permissions-Policy":                apiPermissions,
	}
	got := serve(t, config.Config{}, httptest.NewRequest("GET", "/", nil), nothing)
	for name, value := range want {
		if v := got.Values(name); len(v) != 1 || v[0] != value {
			t.Errorf("%s: %q, want %q", name, v, value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d headers, want %d: %v", len(got), len(want), got)
	}
}

// Features are denied to everybody, ourselves included; a list that allows something would be a line of its own here.
func TestPermissionsAreDenied(t *testing.T) {
	for name, list := range map[string]string{"API": apiPermissions, "pages": pagePermissions} {
		for _, f := range strings.Split(list, ", ") {
			if !strings.HasSuffix(f, "=()") {
				t.Errorf("%s: %s allows something", name, f)
			}
			if !strings.Contains(pagePermissions, f) {
				t.Errorf("%s is denied to the API and not to pages", f)
			}
		}
		for _, f := range []string{"camera", "microphone", "geolocation", "payment", "usb", "publickey-credentials-get", "publickey-credentials-create"} {
			if !strings.Contains(list, f+"=()") {
				t.Errorf("%s: %s is not denied", name, f)
			}
		}
		if strings.Contains(list, "interest-cohort") {
			t.Errorf("%s: interest-cohort is dead", name)
		}
	}
}

func TestStrictTransportSecurity(t *testing.T) {
	address := func(s string) *url.URL {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	proxied := config.Config{BehindProxy: true, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	tests := []struct {
		name, public, peer, proto string
		tls                       bool
		want                      string
	}{
		{"tls", "https://app.example.com", "192.0.2.1:1", "", true, "max-age=63072000; includeSubDomains"},
		{"trusted proxy says https", "https://app.example.com", "10.1.1.1:1", "https", false, "max-age=63072000; includeSubDomains"},
		{"trusted proxy says http", "https://app.example.com", "10.1.1.1:1", "http", false, ""},
		{"trusted proxy says nothing", "https://app.example.com", "10.1.1.1:1", "", false, ""},
		{"a stranger says https", "https://app.example.com", "192.0.2.1:1", "https", false, ""},
		{"localhost", "https://localhost:8443", "192.0.2.1:1", "", true, ""},
		{"below localhost", "https://app.localhost", "192.0.2.1:1", "", true, ""},
		{"address", "https://192.0.2.7", "192.0.2.1:1", "", true, ""},
		{"address of version 6", "https://[2001:db8::7]", "192.0.2.1:1", "", true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := proxied
			c.PublicURL = address(tt.public)
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.peer
			if tt.proto != "" {
				r.Header.Set("X-Forwarded-Proto", tt.proto)
			}
			if tt.tls {
				r.TLS = &tls.ConnectionState{}
			}
			if got := serve(t, c, r, nothing).Get("Strict-Transport-Security"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Headers are there before a handler runs, so that a refusal has them too.
func TestOnErrorResponses(t *testing.T) {
	got := serve(t, config.Config{}, httptest.NewRequest("GET", "/", nil), func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no", http.StatusTeapot)
	})
	if got.Get("Content-Security-Policy") != apiPolicy || got.Get("X-Frame-Options") != "DENY" {
		t.Errorf("a refusal has %v", got)
	}
}

// Values are shared by all responses: a handler that adds to one must not reach the next.
func TestHandlersCannotReachEachOther(t *testing.T) {
	serve(t, config.Config{}, httptest.NewRequest("GET", "/", nil), func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Referrer-Policy", "unsafe-url")
		w.Header().Set("Cache-Control", "public")
	})
	got := serve(t, config.Config{}, httptest.NewRequest("GET", "/", nil), nothing)
	if v := got.Values("Referrer-Policy"); len(v) != 1 || v[0] != "no-referrer" {
		t.Errorf("Referrer-Policy: %q", v)
	}
	if got.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control: %q", got.Get("Cache-Control"))
	}
}

func TestPagePolicy(t *testing.T) {
	page := func(https bool) (string, http.Header) {
		var nonce string
		r := httptest.NewRequest("GET", "/", nil)
		r = r.WithContext(clientip.With(context.Background(), netip.Addr{}, https))
		h := serve(t, config.Config{}, r, func(w http.ResponseWriter, r *http.Request) { nonce = HTML(w, r) })
		return nonce, h
	}
	nonce, h := page(false)
	want := "default-src 'none'; script-src 'nonce-" + nonce + "' 'strict-dynamic'; style-src 'nonce-" + nonce + "'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; report-uri /api/v1/csp-report; report-to csp"
	if got := h.Values("Content-Security-Policy"); len(got) != 1 || got[0] != want {
		t.Errorf("policy of a page:\n%q, want\n%q", got, want)
	}
	if got := h.Get("Reporting-Endpoints"); got != `csp="/api/v1/csp-report"` {
		t.Errorf("Reporting-Endpoints: %q", got)
	}
	if got := h.Values("Permissions-Policy"); len(got) != 1 || got[0] != pagePermissions {
		t.Errorf("Permissions-Policy: %q", got)
	}
	if got := h.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type: %q", got)
	}
	if len(nonce) < 26 { // 26 characters of base 32 are 130 bits
		t.Errorf("nonce %q is short", nonce)
	}
	again, h := page(true)
	if again == nonce {
		t.Error("two pages share a nonce")
	}
	if !strings.HasSuffix(h.Get("Content-Security-Policy"), "; upgrade-insecure-requests") {
		t.Errorf("over https: %q", h.Get("Content-Security-Policy"))
	}
}

// Nothing is allocated but what the header map itself needs.
func TestNoAllocation(t *testing.T) {
	h := http.Header{}
	w := bare{h}
	r := httptest.NewRequest("GET", "/", nil)
	handler := Middleware(config.Config{})(http.HandlerFunc(nothing))
	handler.ServeHTTP(w, r) // the map has grown
	if n := testing.AllocsPerRun(100, func() { handler.ServeHTTP(w, r) }); n != 0 {
		t.Errorf("%v allocations a response", n)
	}
}

type bare struct{ h http.Header }

func (b bare) Header() http.Header         { return b.h }
func (b bare) Write(p []byte) (int, error) { return len(p), nil }
func (b bare) WriteHeader(int)             {}
