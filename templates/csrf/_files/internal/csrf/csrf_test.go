package csrf

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestCrossOrigin(t *testing.T) {
	tests := []struct {
		name, method, site, origin string
		want                       int
	}{
		{"no browser", "POST", "", "", 200},
		{"the same origin", "POST", "same-origin", "https://app.example.com", 200},
		{"typed by the user", "POST", "none", "", 200},
		{"the same origin in a browser without fetch metadata", "POST", "", "https://app.example.com", 200},
		{"another site", "POST", "cross-site", "https://evil.example", 403},
		{"a sibling", "POST", "same-site", "https://other.example.com", 403},
		{"another site in a browser without fetch metadata", "POST", "", "https://evil.example", 403},
		{"a sandboxed frame", "POST", "cross-site", "null", 403},
		{"null in a browser without fetch metadata", "POST", "", "null", 403},
		{"another method", "DELETE", "cross-site", "https://evil.example", 403},
		{"a method of our own", "PATCH", "cross-site", "https://evil.example", 403},
		{"reading", "GET", "cross-site", "https://evil.example", 200},
		{"trusted", "POST", "cross-site", "https://web.example.org", 200},
		{"like trusted", "POST", "cross-site", "https://web.example.org.evil.example", 403},
		{"trusted over http", "POST", "cross-site", "http://web.example.org", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "https://app.example.com/api/v1/notes", nil)
			if tt.site != "" {
				r.Header.Set("Sec-Fetch-Site", tt.site)
			}
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			w := httptest.NewRecorder()
			Middleware("https://web.example.org")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("status %d, want %d", w.Code, tt.want)
			}
			if tt.want == 403 && w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("content type %q", w.Header().Get("Content-Type"))
			}
		})
	}
}
