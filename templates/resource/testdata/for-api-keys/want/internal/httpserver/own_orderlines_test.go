package httpserver

import (
	"net/http/httptest"
	"testing"

	"example.com/orders/internal/identity"
)

// Who may only read order lines changes none, and who holds no scope of theirs sees none.
func TestOrderLinesPolicies(t *testing.T) {
	nobody := []string(nil)
	other := []string{"notes:read", "notes:write"}
	reader := []string{"order-lines:read"}
	writer := []string{"order-lines:write"}
	tests := []struct {
		name, pattern string
		scopes        []string // nil: who is not known
		status        int
	}{
		{"create401", "POST /api/v1/order-lines", nobody, 401},
		{"create403", "POST /api/v1/order-lines", reader, 403},
		{"list401", "GET /api/v1/order-lines", nobody, 401},
		{"list403", "GET /api/v1/order-lines", other, 403},
		{"list403 of who only writes", "GET /api/v1/order-lines", writer, 403},
		{"show401", "GET /api/v1/order-lines/{id}", nobody, 401},
		{"show403", "GET /api/v1/order-lines/{id}", other, 403},
		{"update401", "PATCH /api/v1/order-lines/{id}", nobody, 401},
		{"update403", "PATCH /api/v1/order-lines/{id}", reader, 403},
		{"delete401", "DELETE /api/v1/order-lines/{id}", nobody, 401},
		{"delete403", "DELETE /api/v1/order-lines/{id}", reader, 403},
	}
	routes := map[string]Route{}
	for _, r := range ownRoutes(Own{}) {
		routes[r.Pattern] = r
	}
	for _, tt := range tests {
		route, there := routes[tt.pattern]
		if !there {
			t.Errorf("%s: no route %s", tt.name, tt.pattern)
			continue
		}
		r := httptest.NewRequest("GET", "/", nil)
		if tt.scopes != nil {
			r = r.WithContext(identity.With(r.Context(), identity.Actor{ID: "ann", Scopes: tt.scopes}))
		}
		w := httptest.NewRecorder()
		route.guard("").ServeHTTP(w, r) // the handler is not there: a policy that lets the caller in panics
		if w.Code != tt.status {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.status)
		}
	}
}
