package httpsonly

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"

	"example.com/app/internal/clientip"
	"example.com/app/internal/config"
)

func settings(public string, proxy bool) config.Config {
	u, err := url.Parse(public)
	if err != nil {
		panic(err)
	}
	return config.Config{PublicURL: u, BehindProxy: proxy}
}

func ask(c config.Config, method, target string, https bool) (*httptest.ResponseRecorder, bool) {
	called := false
	r := httptest.NewRequest(method, target, nil)
	r = r.WithContext(clientip.With(r.Context(), netip.Addr{}, https))
	w := httptest.NewRecorder()
	Middleware(c)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true })).ServeHTTP(w, r)
	return w, called
}

func TestPlain(t *testing.T) {
	behind := settings("https://app.example.com", true)
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
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, called := ask(behind, tt.method, tt.target, false)
			if called || w.Code != tt.status || w.Header().Get("Location") != tt.location {
				t.Errorf("called %v, %d, Location %q", called, w.Code, w.Header().Get("Location"))
			}
		})
	}
	if _, called := ask(behind, "POST", "https://app.example.com/api/v1/notes", true); !called {
		t.Error("https is refused")
	}
	for _, probe := range []string{"/livez", "/readyz"} {
		if _, called := ask(behind, "GET", probe, false); !called {
			t.Errorf("%s is refused", probe)
		}
	}
}

// Where https is not the service's address, or nobody could tell, plain http passes: on a developer's machine.
func TestDoesNotApply(t *testing.T) {
	for name, c := range map[string]config.Config{
		"loopback":                settings("http://127.0.0.1:8080", false),
		"loopback behind a proxy": settings("http://127.0.0.1:8080", true),
		"nobody could tell":       settings("https://app.example.com", false),
	} {
		if _, called := ask(c, "GET", "/api/v1/ping", false); !called {
			t.Errorf("%s: refused", name)
		}
	}
}
