package httpserver

import (
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/app/internal/identity"
)

func TestPolicies(t *testing.T) {
	reader := identity.Actor{ID: "a", Scopes: []string{"notes:read"}}
	m := mux([]Route{
		{"GET /open", Anyone, answer},
		{"GET /mine", SignedIn, answer},
		{"POST /notes", Holding("notes:write"), answer},
	}, `Bearer realm="test"`)
	tests := []struct {
		request string
		actor   *identity.Actor
		status  int
	}{
		{"GET /open", nil, 204},
		{"GET /mine", nil, 401},
		{"GET /mine", &reader, 204},
		{"POST /notes", nil, 401},
		{"POST /notes", &reader, 403},
		{"POST /notes", &identity.Actor{ID: "b", Scopes: []string{"notes:write"}}, 204},
		{"DELETE /mine", nil, 405},
		{"GET /nowhere", nil, 404},
	}
	for _, tt := range tests {
		var method, path string
		for i, c := range tt.request {
			if c == ' ' {
				method, path = tt.request[:i], tt.request[i+1:]
			}
		}
		r := httptest.NewRequest(method, path, nil)
		if tt.actor != nil {
			r = r.WithContext(identity.With(r.Context(), *tt.actor))
		}
		w := httptest.NewRecorder()
		m.ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%s as %v: %d, want %d", tt.request, tt.actor, w.Code, tt.status)
		}
		if challenged := w.Header().Get("WWW-Authenticate") != ""; challenged != (w.Code == 401) {
			t.Errorf("%s: status %d, challenge %v", tt.request, w.Code, challenged)
		}
		if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: content type %q", tt.request, w.Header().Get("Content-Type"))
		}
	}
}

// Who may only read changes nothing: no route but GET asks for a scope to read.
func TestScopesSayWhatRoutesDo(t *testing.T) {
	for _, r := range routes(Handlers{}) {
		if !strings.HasPrefix(r.Pattern, "GET ") && strings.HasSuffix(r.Policy.name, ":read") {
			t.Errorf("%s is for callers %s", r.Pattern, r.Policy.name)
		}
	}
}
