package guard

import "net/http"

// limitPrincipals limits how often one caller may ask, from any address.
func (g *Guard) limitPrincipals() link {
	limiter := NewLimiter("principal", g.config.RateLimit)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			principal := From(r.Context()).Principal
			if principal == "" {
				next.ServeHTTP(w, r)
				return
			}
			res := limiter.Allow(limiter.Key(principal))
			limiter.Announce(w.Header(), res)
			if !res.Allowed {
				g.limited(w, r, limiter, res)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
