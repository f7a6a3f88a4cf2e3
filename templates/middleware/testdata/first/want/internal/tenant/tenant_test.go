package tenant

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestMiddleware(t *testing.T) {
	tests := []struct {
		name    string
		allowed func(*http.Request) bool
		status  int
		kind    string
	}{
		{"204 as it is set up", Allowed, 204, ""},
		{"403 what is not allowed", func(*http.Request) bool { return false }, 403, "application/problem+json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			called := false
			h := Middleware(tt.allowed)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				called = true
				w.WriteHeader(http.StatusNoContent)
			}))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if w.Code != tt.status || w.Header().Get("Content-Type") != tt.kind || called != (tt.status == 204) {
				t.Errorf("%d %s, called %v", w.Code, w.Header().Get("Content-Type"), called)
			}
		})
	}
}
