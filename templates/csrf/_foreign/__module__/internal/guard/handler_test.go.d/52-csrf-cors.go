package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// An origin that may call by CORS is not refused for being another one.
func TestCrossOriginTrustsCORS(t *testing.T) {
	for origin, want := range map[string]int{"https://app.example.com": http.StatusOK, "https://evil.example": http.StatusForbidden} {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", origin)
		if w := ask(t, r, "CORS_ALLOWED_ORIGINS=https://app.example.com"); w.Code != want {
			t.Errorf("%s: %d, want %d", origin, w.Code, want)
		}
	}
}
