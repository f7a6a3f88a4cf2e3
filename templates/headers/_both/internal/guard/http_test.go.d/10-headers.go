package guard

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func apiHeaders(h http.HandlerFunc) http.Handler {
	return behind(Config{Headers: APIHeaders()}, (*Guard).headers, h)
}

// The whole set, each by its exact value: a change here is a decision.
func TestEveryHeader(t *testing.T) {
	want := map[string]string{
		"Content-Security-Policy":      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cross-Origin-Embedder-Policy": "require-corp",
		"Origin-Agent-Cluster":         "?1",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=(), display-capture=(), payment=(), usb=(), serial=(), hid=(), " +
			"publickey-credentials-create=(), publickey-credentials-get=()",
		"X-DNS-Prefetch-Control":            "off",
		"X-Permitted-Cross-Domain-Policies": "none",
		"X-Download-Options":                "noopen",
		"X-XSS-Protection":                  "0",
		"Cache-Control":                     "no-store",
	}
	got := answer(apiHeaders(func(http.ResponseWriter, *http.Request) {}), httptest.NewRequest("GET", "/", nil)).Header()
	for name, value := range want {
		if v := got.Values(name); len(v) != 1 || v[0] != value {
			t.Errorf("%s: %q, want %q", name, v, value)
		}
	}
	if len(got) != len(want)+1 { // X-Request-Id
		t.Errorf("%d headers, want %d: %v", len(got), len(want)+1, got)
	}
}

// Headers are there before a handler runs, so that a refusal has them too.
func TestHeadersOfErrors(t *testing.T) {
	got := answer(apiHeaders(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusTeapot) }), httptest.NewRequest("GET", "/", nil)).Result().Header
	if !strings.HasPrefix(got.Get("Content-Security-Policy"), "default-src 'none'") || got.Get("X-Frame-Options") != "DENY" {
		t.Errorf("a refusal has %v", got)
	}
}

// What a handler sets wins, and does not reach the next response: values are shared by all of them.
func TestHandlersCannotReachEachOther(t *testing.T) {
	changing := true
	h := apiHeaders(func(w http.ResponseWriter, _ *http.Request) {
		if changing {
			w.Header().Add("Referrer-Policy", "unsafe-url")
			w.Header().Set("Cache-Control", "public")
			w.Header().Del("X-Frame-Options")
		}
	})
	got := answer(h, httptest.NewRequest("GET", "/", nil)).Header()
	if got.Get("Cache-Control") != "public" || got.Get("X-Frame-Options") != "" {
		t.Errorf("the handler's own headers do not win: %v", got)
	}
	changing = false
	got = answer(h, httptest.NewRequest("GET", "/", nil)).Header()
	if v := got.Values("Referrer-Policy"); len(v) != 1 || v[0] != "no-referrer" {
		t.Errorf("Referrer-Policy: %q", v)
	}
	if got.Get("Cache-Control") != "no-store" || got.Get("X-Frame-Options") != "DENY" {
		t.Errorf("%v", got)
	}
}

// Strict-Transport-Security is sent over https and for names only.
func TestStrictTransport(t *testing.T) {
	const strict = "max-age=63072000; includeSubDomains"
	tests := []struct {
		name, host string
		overTLS    bool
		peer       string
		forwarded  []string
		want       string
	}{
		{"plain", "example.com", false, "192.0.2.1:5000", nil, ""},
		{"tls", "example.com", true, "192.0.2.1:5000", nil, strict},
		{"tls on another port", "example.com:8443", true, "192.0.2.1:5000", nil, strict},
		{"localhost", "localhost:8443", true, "192.0.2.1:5000", nil, ""},
		{"a name below localhost", "app.localhost", true, "192.0.2.1:5000", nil, ""},
		{"an address", "127.0.0.1:8443", true, "192.0.2.1:5000", nil, ""},
		{"an address of version 6", "[::1]:8443", true, "192.0.2.1:5000", nil, ""},
		{"a proxy over https", "example.com", false, "10.0.0.1:5000", []string{"https"}, strict},
		{"a proxy over http", "example.com", false, "10.0.0.1:5000", []string{"http"}, ""},
		{"a stranger forges", "example.com", false, "192.0.2.1:5000", []string{"https"}, ""},
		{"a client forged, the proxy added", "example.com", false, "10.0.0.1:5000", []string{"https", "http"}, ""},
	}
	c := Config{StrictTransport: strict, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host, r.RemoteAddr = tt.host, tt.peer
		if tt.overTLS {
			r.TLS = &tls.ConnectionState{}
		}
		for _, v := range tt.forwarded {
			r.Header.Add("X-Forwarded-Proto", v)
		}
		if got := answer(behind(c, (*Guard).headers, fine), r).Header().Get("Strict-Transport-Security"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Nothing is allocated but what the header map itself needs.
func TestHeadersAllocateNothing(t *testing.T) {
	w := bare{http.Header{}}
	r := httptest.NewRequest("GET", "/", nil)
	r = r.WithContext(With(r.Context(), Request{}))
	h := New(Config{Headers: APIHeaders(), StrictTransport: "max-age=1"}).headers()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	h.ServeHTTP(w, r) // the map has grown
	if n := testing.AllocsPerRun(100, func() { h.ServeHTTP(w, r) }); n != 0 {
		t.Errorf("%v allocations a response", n)
	}
}

type bare struct{ h http.Header }

func (b bare) Header() http.Header         { return b.h }
func (b bare) Write(p []byte) (int, error) { return len(p), nil }
func (b bare) WriteHeader(int)             {}
