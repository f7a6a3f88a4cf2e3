package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A site keeps working: nothing is said about its scripts, styles and images.
func TestSiteHeaders(t *testing.T) {
	want := map[string]string{
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
		"Strict-Transport-Security":         "max-age=31536000",
	}
	r := httptest.NewRequest("GET", "https://example.com/", nil)
	got := ask(t, r, "SECURITY_HEADERS=site").Header()
	for name, value := range want {
		if got.Get(name) != value || len(got.Values(name)) > 1 {
			t.Errorf("%s: %q, want %q", name, got.Values(name), value)
		}
	}
	if got := ask(t, r, "SECURITY_HEADERS=api").Header().Get("Content-Security-Policy"); got != "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" {
		t.Errorf("api: %q", got)
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

func TestHeadersSettingIsRead(t *testing.T) {
	defer func() {
		if got, want := recover(), "guard: SECURITY_HEADERS: want site or api"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "SECURITY_HEADERS=none")
	t.Error("no panic")
}
