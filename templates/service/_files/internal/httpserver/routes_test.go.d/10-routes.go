package httpserver

import (
	"net/http"
	"testing"
)

func answer(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// A route that says not who may call it keeps the service from starting (F1).
func TestEveryRouteHasAPolicy(t *testing.T) {
	for name, r := range map[string]Route{
		"no policy":  {Pattern: "GET /a", Handler: answer},
		"no handler": {Pattern: "GET /a", Policy: Anyone},
		"no method":  {Pattern: "/a", Policy: Anyone, Handler: answer},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the route is accepted", name)
				}
			}()
			mux([]Route{r}, "")
		}()
	}
}
