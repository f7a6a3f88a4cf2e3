// Package tenant decides which requests reach the routes. The caller is known.
package tenant

import (
	"net/http"

	"example.com/orders/internal/problem"
)

// Allowed reports whether a request may go on: put the decision here.
func Allowed(*http.Request) bool {
	return true
}

// Middleware refuses what is not allowed, and changes nothing else: streams and upgrades work through it.
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
