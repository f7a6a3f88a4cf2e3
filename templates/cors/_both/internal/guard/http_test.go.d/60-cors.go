package guard

import (
	"net/http/httptest"
	"testing"
)

var someOrigins = Config{CORSOrigins: []string{"https://app.example.com", "http://localhost:3000"}}

func TestCORSOrigins(t *testing.T) {
	for origin, want := range map[string]string{
		"":                                 "",
		"https://app.example.com":          "https://app.example.com",
		"http://localhost:3000":            "http://localhost:3000",
		"http://app.example.com":           "",
		"https://app.example.com.evil.io":  "",
		"https://evil-app.example.com":     "",
		"https://app.example.com:8443":     "",
		"https://app.example.com/":         "",
		"https://APP.example.com":          "",
		"null":                             "",
		"*":                                "",
		"https://example.com":              "",
		"https://app.example.com, evil.io": "",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		w := answer(behind(someOrigins, (*Guard).cors, fine), r)
		h := w.Header()
		credentials := map[bool]string{true: "true"}[want != ""]
		if h.Get("Access-Control-Allow-Origin") != want || h.Get("Access-Control-Allow-Credentials") != credentials || w.Body.String() != "fine" {
			t.Errorf("%q: %d %q %v", origin, w.Code, w.Body, h)
		}
		if h.Get("Vary") != "Origin" {
			t.Errorf("%q: Vary %q", origin, h.Values("Vary"))
		}
	}
}

// A preflight is answered here, and allows nothing to anybody else.
func TestCORSPreflight(t *testing.T) {
	for origin, want := range map[string]string{"https://app.example.com": corsMethods, "https://evil.example": ""} {
		r := httptest.NewRequest("OPTIONS", "/", nil)
		r.Header.Set("Origin", origin)
		r.Header.Set("Access-Control-Request-Method", "PUT")
		w := answer(behind(someOrigins, (*Guard).cors, fine), r)
		h := w.Header()
		if h.Get("Access-Control-Allow-Methods") != want || w.Code != 204 || w.Body.Len() > 0 {
			t.Errorf("%s: %d, %v", origin, w.Code, h)
		}
		if allowed := want != ""; allowed != (h.Get("Access-Control-Allow-Headers") == corsHeaders) || allowed != (h.Get("Access-Control-Max-Age") == corsMaxAge) {
			t.Errorf("%s: %v", origin, h)
		}
	}
	if w := answer(behind(someOrigins, (*Guard).cors, fine), httptest.NewRequest("OPTIONS", "/", nil)); w.Body.String() != "fine" {
		t.Errorf("an OPTIONS that is no preflight does not reach the handler: %d", w.Code)
	}
}

func TestParseOrigins(t *testing.T) {
	got, err := ParseOrigins("https://App.example.com, http://localhost:3000,http://127.0.0.1:1")
	if err != nil || len(got) != 3 || got[0] != "https://app.example.com" || got[1] != "http://localhost:3000" {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{
		"*", "null", "https://*.example.com", "http://app.example.com", "https://app.example.com/", "https://app.example.com/path",
		"https://user@app.example.com", "app.example.com", "https://",
	} {
		if got, err := ParseOrigins(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}
