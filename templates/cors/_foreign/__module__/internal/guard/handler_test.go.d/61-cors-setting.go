package guard_test

import (
	"net/http/httptest"
	"testing"
)

// The setting reaches the check.
func TestCORSSetting(t *testing.T) {
	for origin, want := range map[string]string{"https://app.example.com": "https://app.example.com", "https://example.com": ""} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Origin", origin)
		if got := ask(t, r, "CORS_ALLOWED_ORIGINS=https://app.example.com").Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: %q, want %q", origin, got, want)
		}
	}
	defer func() {
		if got, want := recover(), "guard: CORS_ALLOWED_ORIGINS: want exact origins such as https://app.example.com; http only for this machine"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "CORS_ALLOWED_ORIGINS=*")
}
