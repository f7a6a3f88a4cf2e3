package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestHosts(t *testing.T) {
	tests := []struct {
		host, path string
		want       int
	}{
		{"shop.example.com", "/", http.StatusOK},
		{"SHOP.example.com:8443", "/", http.StatusOK},
		{"shop.example.com.", "/", http.StatusOK},
		{"[::1]:8080", "/", http.StatusOK},
		{"evil.example", "/", http.StatusMisdirectedRequest},
		{"shop.example.com.evil.example", "/", http.StatusMisdirectedRequest},
		{"evil-shop.example.com", "/", http.StatusMisdirectedRequest},
		{"example.com", "/", http.StatusMisdirectedRequest},
		{"", "/", http.StatusMisdirectedRequest},
		{"10.1.2.3:8080", "/healthz", http.StatusOK},
		{"10.1.2.3:8080", "/", http.StatusMisdirectedRequest},
	}
	for _, tt := range tests {
		r := httptest.NewRequest("GET", tt.path, nil)
		r.Host = tt.host
		if w := ask(t, r, "ALLOWED_HOSTS=shop.example.com, ::1"); w.Code != tt.want {
			t.Errorf("host %q, path %s: %d, want %d", tt.host, tt.path, w.Code, tt.want)
		}
	}
}

func TestHostsSettingIsRead(t *testing.T) {
	for _, bad := range []string{"https://shop.example.com", "*.example.com", "shop.example.com:8080", "a@b"} {
		func() {
			defer func() {
				if got, want := recover(), "guard: ALLOWED_HOSTS: want names such as shop.example.com, without port and wildcard"; got != want {
					t.Errorf("%q: panic with %v, want %v", bad, got, want)
				}
			}()
			guarded(t, ok, "ALLOWED_HOSTS="+bad)
		}()
	}
}
