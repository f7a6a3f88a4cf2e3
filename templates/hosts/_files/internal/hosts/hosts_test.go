package hosts

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/app/internal/config"
)

var settings = config.Config{AllowedHosts: []string{"app.example.com", "2001:db8::1"}}

func status(middleware func(http.Handler) http.Handler, host, path string) int {
	r := httptest.NewRequest("GET", path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
	return w.Code
}

func TestHosts(t *testing.T) {
	tests := []struct {
		host, path    string
		public, admin int
	}{
		{"app.example.com", "/", 200, 200},
		{"APP.example.com", "/", 200, 200},
		{"app.example.com:8443", "/", 200, 200},
		{"[2001:db8::1]:8443", "/", 200, 200},
		{"[2001:db8::1]", "/", 200, 200},
		{"evil.example", "/", 421, 421},
		{"", "/", 421, 421},
		{"app.example.com.evil.example", "/", 421, 421},
		{"evil-app.example.com", "/", 421, 421},
		{"app.example.com@evil.example", "/", 421, 421},
		{"evil.example:app.example.com", "/", 421, 421},
		{"192.0.2.1:8080", "/", 421, 200},
		{"localhost:9090", "/", 421, 200},
		{"192.0.2.1", "/livez", 200, 200},
		{"evil.example", "/readyz", 200, 200},
		{"evil.example", "/readyz/", 421, 421},
		{"evil.example", "/metrics", 421, 421},
	}
	for _, tt := range tests {
		if got := status(Middleware(settings), tt.host, tt.path); got != tt.public {
			t.Errorf("public, %q%s: %d, want %d", tt.host, tt.path, got, tt.public)
		}
		if got := status(Admin(settings), tt.host, tt.path); got != tt.admin {
			t.Errorf("admin, %q%s: %d, want %d", tt.host, tt.path, got, tt.admin)
		}
	}
}
