package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A login elsewhere that posts back can be trusted.
func TestTrustedOrigins(t *testing.T) {
	for origin, want := range map[string]int{"https://login.example.org": http.StatusOK, "https://evil.example": http.StatusForbidden} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", origin)
		if w := ask(t, r, "TRUSTED_ORIGINS=https://login.example.org"); w.Code != want {
			t.Errorf("%s: %d, want %d", origin, w.Code, want)
		}
	}
	defer func() {
		if got, want := recover(), "guard: TRUSTED_ORIGINS: want exact origins such as https://login.example.com"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "TRUSTED_ORIGINS=login.example.org")
}
