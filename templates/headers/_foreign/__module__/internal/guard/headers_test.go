package guard_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestHeaders(t *testing.T) {
	site := map[string]string{
		"Content-Security-Policy":           "base-uri 'self'; frame-ancestors 'self'; object-src 'none'",
		"X-Frame-Options":                   "SAMEORIGIN",
		"X-Content-Type-Options":            "nosniff",
		"Referrer-Policy":                   "strict-origin-when-cross-origin",
		"Cross-Origin-Opener-Policy":        "same-origin-allow-popups",
		"Cross-Origin-Resource-Policy":      "same-site",
		"Cross-Origin-Embedder-Policy":      "", // would stop images of other sites
		"Origin-Agent-Cluster":              "?1",
		"Permissions-Policy":                "bluetooth=(), hid=(), serial=(), usb=()",
		"X-Permitted-Cross-Domain-Policies": "none",
		"X-Xss-Protection":                  "0",
		"Cache-Control":                     "", // would load every style sheet again
	}
	api := map[string]string{
		"Content-Security-Policy":           "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Frame-Options":                   "DENY",
		"X-Content-Type-Options":            "nosniff",
		"Referrer-Policy":                   "no-referrer",
		"Cross-Origin-Opener-Policy":        "same-origin",
		"Cross-Origin-Resource-Policy":      "same-origin",
		"Cross-Origin-Embedder-Policy":      "require-corp",
		"Origin-Agent-Cluster":              "?1",
		"Permissions-Policy":                "camera=(), geolocation=(), microphone=(), display-capture=(), payment=(), usb=(), serial=(), hid=()",
		"X-Permitted-Cross-Domain-Policies": "none",
		"X-Xss-Protection":                  "0",
		"Cache-Control":                     "no-store",
	}
	for policy, want := range map[string]map[string]string{"site": site, "api": api} {
		got := ask(t, httptest.NewRequest("GET", "/", nil), "SECURITY_HEADERS="+policy).Header()
		for name, value := range want {
			if got.Get(name) != value || len(got.Values(name)) > 1 {
				t.Errorf("%s, %s: %q, want %q", policy, name, got.Values(name), value)
			}
		}
	}
}

// What the program says itself wins.
func TestHeadersOfTheProgramWin(t *testing.T) {
	w := httptest.NewRecorder()
	guarded(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		w.Header().Del("X-Frame-Options")
		w.Header().Set("Cache-Control", "max-age=60")
	}, "SECURITY_HEADERS=api").ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	h := w.Header()
	if h.Get("Content-Security-Policy") != "default-src 'self'" || h.Get("X-Frame-Options") != "" || h.Get("Cache-Control") != "max-age=60" {
		t.Errorf("%v", h)
	}
}

// Strict-Transport-Security goes out over https and for names only.
func TestTransportSecurity(t *testing.T) {
	tests := []struct {
		name, host string
		overTLS    bool
		peer       string
		forwarded  []string
		want       string
	}{
		{"plain", "example.com", false, "192.0.2.1:5000", nil, ""},
		{"tls", "example.com", true, "192.0.2.1:5000", nil, "max-age=31536000"},
		{"tls on another port", "example.com:8443", true, "192.0.2.1:5000", nil, "max-age=31536000"},
		{"localhost", "localhost:8443", true, "192.0.2.1:5000", nil, ""},
		{"a name below localhost", "app.localhost", true, "192.0.2.1:5000", nil, ""},
		{"an address", "127.0.0.1:8443", true, "192.0.2.1:5000", nil, ""},
		{"an address of version 6", "[::1]:8443", true, "192.0.2.1:5000", nil, ""},
		{"a proxy over https", "example.com", false, "10.0.0.1:5000", []string{"https"}, "max-age=31536000"},
		{"a proxy over http", "example.com", false, "10.0.0.1:5000", []string{"http"}, ""},
		{"a stranger forges", "example.com", false, "192.0.2.1:5000", []string{"https"}, ""},
		{"a client forged, the proxy added", "example.com", false, "10.0.0.1:5000", []string{"https", "http"}, ""},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host, r.RemoteAddr = tt.host, tt.peer
		if tt.overTLS {
			r.TLS = &tls.ConnectionState{}
		}
		for _, v := range tt.forwarded {
			r.Header.Add("X-Forwarded-Proto", v)
		}
		if got := ask(t, r, "TRUSTED_PROXIES=10.0.0.0/8").Header().Get("Strict-Transport-Security"); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestHeadersSettingIsRead(t *testing.T) {
	defer func() {
		if got, want := recover(), "guard: SECURITY_HEADERS: want site or api"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "SECURITY_HEADERS=none")
	t.Error("no panic")
}
