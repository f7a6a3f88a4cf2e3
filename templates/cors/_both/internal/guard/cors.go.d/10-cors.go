package guard

import "net/http"

// What pages of the allowed origins may send beyond the simple, and read. Add what the program accepts and answers.
const (
	corsMethods = "GET, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Content-Type"
	corsExposed = "Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
	corsMaxAge  = "600" // a change of the list takes effect within ten minutes
)

// cors lets pages of the allowed origins read responses (ASVS 5.0.0 V3.4.2, CWE-942). Everybody else gets no header, and browsers then keep the response
// from the page. Origins are compared whole: no wildcard, no suffix, no null.
func (g *Guard) cors() link {
	allowed := map[string]bool{}
	for _, origin := range g.config.CORSOrigins {
		allowed[origin] = true
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Add("Vary", "Origin") // also without one: a cache must not hand this response to a page
			origin := r.Header.Get("Origin")
			if allowed[origin] {
				h.Set("Access-Control-Allow-Origin", origin)
				h.Set("Access-Control-Allow-Credentials", "true")
				h.Set("Access-Control-Expose-Headers", corsExposed)
			}
			if r.Method == http.MethodOptions && origin != "" && r.Header.Get("Access-Control-Request-Method") != "" {
				h.Add("Vary", "Access-Control-Request-Method")
				h.Add("Vary", "Access-Control-Request-Headers")
				if allowed[origin] {
					h.Set("Access-Control-Allow-Methods", corsMethods)
					h.Set("Access-Control-Allow-Headers", corsHeaders)
					h.Set("Access-Control-Max-Age", corsMaxAge)
				}
				w.WriteHeader(http.StatusNoContent)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
