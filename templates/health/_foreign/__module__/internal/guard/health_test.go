package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestHealth(t *testing.T) {
	for _, path := range []string{"/livez", "/readyz"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = "10.1.2.3:8080" // orchestrators ask by address
		w := ask(t, r)
		if w.Code != http.StatusOK || w.Body.String() != "ok\n" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %q", path, w.Code, w.Body)
		}
	}
	for _, r := range []*http.Request{httptest.NewRequest("GET", "/livez/x", nil), httptest.NewRequest("POST", "/livez", nil), httptest.NewRequest("GET", "/", nil)} {
		if w := ask(t, r); w.Body.String() != "ok" {
			t.Errorf("%s %s does not reach the program: %d %q", r.Method, r.URL, w.Code, w.Body)
		}
	}
}
