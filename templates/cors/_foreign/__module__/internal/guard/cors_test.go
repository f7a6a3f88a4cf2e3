package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

const appOrigin = "CORS_ALLOWED_ORIGINS=https://app.example.com, http://localhost:3000"

func TestCORSOrigins(t *testing.T) {
	for origin, want := range map[string]string{
		"":                                "",
		"https://app.example.com":         "https://app.example.com",
		"http://localhost:3000":           "http://localhost:3000",
		"http://app.example.com":          "",
		"https://app.example.com.evil.io": "",
		"https://evil-app.example.com":    "",
		"https://app.example.com:8443":    "",
		"null":                            "",
		"https://example.com":             "",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		w := ask(t, r, appOrigin)
		h := w.Header()
		credentials := map[bool]string{true: "true"}[want != ""]
		if h.Get("Access-Control-Allow-Origin") != want || h.Get("Access-Control-Allow-Credentials") != credentials || w.Body.String() != "ok" {
			t.Errorf("%q: %d %q %v", origin, w.Code, w.Body, h)
		}
		if h.Get("Vary") != "Origin" {
			t.Errorf("%q: Vary %q", origin, h.Values("Vary"))
		}
	}
}

// A preflight is answered here, and allows nothing to anybody else.
func TestCORSPreflight(t *testing.T) {
	for origin, want := range map[string]string{"https://app.example.com": "GET, POST, PUT, PATCH, DELETE", "https://evil.example": ""} {
		r := httptest.NewRequest("OPTIONS", "/", nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "PUT")
		w := ask(t, r, appOrigin)
		if got := w.Header().Get("Access-Control-Allow-Methods"); got != want || w.Code != http.StatusNoContent || w.Body.Len() > 0 {
			t.Errorf("%s: %d, allowed %q", origin, w.Code, got)
		}
	}
	r := httptest.NewRequest("OPTIONS", "/", nil)
	if w := ask(t, r, appOrigin); w.Body.String() != "ok" {
		t.Errorf("an OPTIONS that is no preflight does not reach the program: %d", w.Code)
	}
}

func TestCORSSettingIsRead(t *testing.T) {
	for _, bad := range []string{"*", "null", "https://*.example.com", "https://app.example.com/", "http://app.example.com", "app.example.com"} {
		func() {
			defer func() {
				if got := recover(); got == nil {
					t.Errorf("%q is taken", bad)
				}
			}()
			guarded(t, ok, "CORS_ALLOWED_ORIGINS="+bad)
		}()
	}
}
