// Package cors lets pages of named origins read responses (ASVS 5.0.0 V3.4.2, CWE-942). Everybody else gets no header, and browsers then
// keep the response from the page. Origins are compared whole: no wildcard, no suffix, no null.
package cors

import (
	"net/http"
	"slices"
)

// methods and headers are what a page may send beyond the simple ones; exposed is what it may read.
const (
	methods = "GET, POST, PUT, PATCH, DELETE"
	headers = "Authorization, Content-Type"
	exposed = "Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
	maxAge  = "600" // a change of the list is felt within ten minutes
)

// Middleware answers preflights and marks responses for the allowed origins.
func Middleware(allowed []string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Add("Vary", "Origin") // also without one: a cache must not hand this response to a page
			origin := r.Header.Get("Origin")
			known := slices.Contains(allowed, origin)
			if known {
				h.Set("Access-Control-Allow-Origin", origin)
				h.Set("Access-Control-Allow-Credentials", "true")
				h.Set("Access-Control-Expose-Headers", exposed)
			}
			if r.Method == http.MethodOptions && origin != "" && r.Header.Get("Access-Control-Request-Method") != "" {
				h.Add("Vary", "Access-Control-Request-Method")
				h.Add("Vary", "Access-Control-Request-Headers")
				if known {
					h.Set("Access-Control-Allow-Methods", methods)
					h.Set("Access-Control-Allow-Headers", headers)
					h.Set("Access-Control-Max-Age", maxAge)
				}
				w.WriteHeader(http.StatusNoContent)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
