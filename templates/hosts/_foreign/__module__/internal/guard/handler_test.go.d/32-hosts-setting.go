package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The setting reaches the check.
func TestAllowedHosts(t *testing.T) {
	for host, want := range map[string]int{"shop.example.com": http.StatusOK, "example.com": http.StatusMisdirectedRequest} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		if w := ask(t, r, "ALLOWED_HOSTS=shop.example.com, ::1"); w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
	}
	defer func() {
		if got, want := recover(), "guard: ALLOWED_HOSTS: want names such as shop.example.com, without port and wildcard"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "ALLOWED_HOSTS=*.example.com")
}
