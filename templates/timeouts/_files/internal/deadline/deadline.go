// Package deadline bounds how long a request may take: its context ends, and whatever waits on it returns (ASVS 5.0.0 V15.1.3).
// The error becomes a 503. http.TimeoutHandler is not used, because it holds back the whole response and hides http.Flusher.
package deadline

import (
	"context"
	"net/http"
	"time"
)

// Middleware ends each request's context after d.
func Middleware(d time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), d)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}
