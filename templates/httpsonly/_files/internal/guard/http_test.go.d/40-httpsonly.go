package guard

import (
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
)

func TestPlain(t *testing.T) {
	c := Config{SecureURL: &url.URL{Scheme: "https", Host: "app.example.com"}, Probes: []string{"/livez"}, Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}}
	tests := []struct {
		name, method, target string
		status               int
		location             string
	}{
		{"a page", "GET", "http://app.example.com/security", 308, "https://app.example.com/security"},
		{"a page with a query", "HEAD", "http://app.example.com/a%2Fb?x=1&y=%20", 308, "https://app.example.com/a%2Fb?x=1&y=%20"},
		{"another host", "GET", "http://evil.example/", 308, "https://app.example.com/"},
		{"a path that looks like a host", "GET", "http://app.example.com//evil.example/", 308, "https://app.example.com//evil.example/"},
		{"a form", "POST", "http://app.example.com/security", 403, ""},
		{"the API", "GET", "http://app.example.com/api/v1/ping", 403, ""},
		{"the API, changing", "POST", "http://app.example.com/api/v1/notes", 403, ""},
		{"a probe", "GET", "http://app.example.com/livez", 200, ""},
	}
	for _, tt := range tests {
		w := answer(behind(c, (*Guard).httpsOnly, fine), httptest.NewRequest(tt.method, tt.target, nil))
		if w.Code != tt.status || w.Header().Get("Location") != tt.location {
			t.Errorf("%s: %d, Location %q", tt.name, w.Code, w.Header().Get("Location"))
		}
	}
	r := httptest.NewRequest("POST", "http://app.example.com/api/v1/notes", nil)
	r.RemoteAddr = "192.0.2.1:1"
	r.Header.Set("X-Forwarded-Proto", "https")
	if w := answer(behind(c, (*Guard).httpsOnly, fine), r); w.Code != 200 {
		t.Errorf("https is refused: %d", w.Code)
	}
	if w := answer(behind(Config{}, (*Guard).httpsOnly, fine), httptest.NewRequest("GET", "http://127.0.0.1:8080/api/v1/ping", nil)); w.Code != 200 {
		t.Errorf("where nobody can tell: %d", w.Code)
	}
}
