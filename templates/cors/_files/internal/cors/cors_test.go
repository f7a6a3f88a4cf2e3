package cors

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

var allowed = []string{"https://app.example.com", "http://localhost:3000"}

func ask(method, origin string, headers ...string) (*http.Response, bool) {
	called := false
	h := Middleware(allowed)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	r := httptest.NewRequest(method, "https://api.example.com/api/v1/notes", nil)
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), called
}

func TestOrigins(t *testing.T) {
	tests := []struct {
		origin string
		want   string
	}{
		{"https://app.example.com", "https://app.example.com"},
		{"http://localhost:3000", "http://localhost:3000"},
		{"", ""},
		{"null", ""},
		{"*", ""},
		{"https://evil.example", ""},
		{"https://app.example.com.evil.example", ""},
		{"https://evilapp.example.com", ""},
		{"https://app.example.com:8443", ""},
		{"http://app.example.com", ""},
		{"https://app.example.com/", ""},
		{"https://APP.example.com", ""},
		{"https://app.example.com, https://evil.example", ""},
	}
	for _, tt := range tests {
		res, called := ask("GET", tt.origin)
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != tt.want {
			t.Errorf("%q: allowed %q, want %q", tt.origin, got, tt.want)
		}
		if got := res.Header.Get("Access-Control-Allow-Credentials"); (got == "true") != (tt.want != "") {
			t.Errorf("%q: credentials %q", tt.origin, got)
		}
		if got := res.Header.Get("Vary"); got != "Origin" {
			t.Errorf("%q: Vary %q", tt.origin, got)
		}
		if !called {
			t.Errorf("%q: not passed on", tt.origin)
		}
	}
}

func TestPreflight(t *testing.T) {
	res, called := ask("OPTIONS", "https://app.example.com", "Access-Control-Request-Method", "PATCH")
	if called || res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Methods") != methods ||
		res.Header.Get("Access-Control-Allow-Headers") != headers || res.Header.Get("Access-Control-Max-Age") != maxAge {
		t.Errorf("allowed: %d %v, passed on %v", res.StatusCode, res.Header, called)
	}
	res, called = ask("OPTIONS", "https://evil.example", "Access-Control-Request-Method", "PATCH")
	if called || res.StatusCode != 204 {
		t.Errorf("a stranger: %d, passed on %v", res.StatusCode, called)
	}
	for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"} {
		if got := res.Header.Get(name); got != "" {
			t.Errorf("a stranger gets %s: %q", name, got)
		}
	}
	if _, called := ask("OPTIONS", "https://app.example.com"); !called {
		t.Error("an OPTIONS that is no preflight belongs to the routes")
	}
}
