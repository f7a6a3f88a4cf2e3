package guard

import "net/http"

// identify finds out who is calling, but for probes: their answers are the same for everybody, and they read no cookie.
func (g *Guard) identify() link {
	return func(next http.Handler) http.Handler {
		known := g.config.Identify(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if g.probe(r) {
				next.ServeHTTP(w, r)
				return
			}
			known.ServeHTTP(w, r)
		})
	}
}
