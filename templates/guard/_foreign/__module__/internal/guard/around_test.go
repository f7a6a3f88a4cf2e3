package guard

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A request meets the links in the order in which they are listed.
func TestAround(t *testing.T) {
	met := ""
	link := func(name string) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				met += name
				next.ServeHTTP(w, r)
			})
		}
	}
	end := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { met += "end" })
	around(end, []func(http.Handler) http.Handler{link("first "), link("second ")}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	if met != "first second end" {
		t.Errorf("met %s", met)
	}
}
