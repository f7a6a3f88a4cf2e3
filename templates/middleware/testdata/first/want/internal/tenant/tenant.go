// Package tenant decides which requests go on, after it is known who is calling.
package tenant

import (
	"net/http"

	"example.com/orders/internal/problem"
)

// Allowed says whether a request goes on: what the middleware is for.
func Allowed(*http.Request) bool {
	return true
}

// Middleware refuses what is not allowed, and touches nothing else: streams and upgrades go through as they are.
func Middleware(allowed func(*http.Request) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !allowed(r) {
				problem.Write(w, r, problem.Forbidden, nil)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
