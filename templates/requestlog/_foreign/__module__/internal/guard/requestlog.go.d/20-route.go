package guard

import "net/http"

// route notes the pattern that http.ServeMux found; other routers have none.
func (g *Guard) route() link {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() { From(r.Context()).Route = r.Pattern }()
			next.ServeHTTP(w, r)
		})
	}
}
