package guard

import (
	"net/http"
	"net/url"
	"strings"
)

// What pages of the allowed origins may send beyond the simple, and read. Add what the program takes and tells.
const (
	corsMethods = "GET, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Content-Type"
	corsExposed = "Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
	corsMaxAge  = "600" // a change of the list is felt within ten minutes
)

// cors lets pages of CORS_ALLOWED_ORIGINS read answers (ASVS 5.0.0 V3.4.2, CWE-942). Everybody else gets no header, and browsers then keep the answer from the
// page. Origins are compared whole: no wildcard, no suffix, no null.
func cors(s *settings) func(http.Handler) http.Handler {
	allowed := map[string]bool{}
	for _, o := range corsOrigins(s) {
		allowed[o] = true
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Add("Vary", "Origin") // also without one: a cache must not hand this answer to a page
			origin := r.Header.Get("Origin")
			if allowed[origin] {
				h.Set("Access-Control-Allow-Origin", origin)
				h.Set("Access-Control-Allow-Credentials", "true")
				h.Set("Access-Control-Expose-Headers", corsExposed)
			}
			if r.Method == http.MethodOptions && origin != "" && r.Header.Get("Access-Control-Request-Method") != "" {
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

// corsOrigins reads CORS_ALLOWED_ORIGINS: scheme and host, nothing else. null is what any sandboxed frame calls itself.
func corsOrigins(s *settings) []string {
	origins := s.list("CORS_ALLOWED_ORIGINS")
	for i, o := range origins {
		u, err := url.Parse(o)
		secure := err == nil && (u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"))
		if !secure || u.Host == "" || strings.Contains(u.Host, "*") || o != u.Scheme+"://"+u.Host {
			s.refuse("CORS_ALLOWED_ORIGINS", "exact origins such as https://app.example.com; http only for this machine")
			return nil
		}
		origins[i] = strings.ToLower(o)
	}
	return origins
}
