package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The line has the pattern, whatever else stands in the chain.
func TestLogLineHasTheRoute(t *testing.T) {
	log := lines(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", ok)
	guarded(t, mux.ServeHTTP).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/orders/4711", nil))
	if got := log()[0]["route"]; got != "GET /orders/{id}" {
		t.Errorf("route %v", got)
	}
}
