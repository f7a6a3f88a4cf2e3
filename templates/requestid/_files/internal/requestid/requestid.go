// Package requestid gives every request an id of our own: it stands in the X-Request-Id header, in error
// bodies and in every log line. An id that a client sends is ignored, or it could write into our log.
package requestid

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"example.com/app/internal/logging"
)

// Middleware gives each request its id and opens the scope that its log lines carry.
func Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.NewString()
		w.Header()["X-Request-Id"] = []string{id}
		next.ServeHTTP(w, r.WithContext(logging.Open(r.Context(), &logging.Scope{RequestID: id})))
	})
}

// From returns the id of a request's context; the nil UUID outside a request.
func From(ctx context.Context) string {
	if id := logging.ScopeOf(ctx).RequestID; id != "" {
		return id
	}
	return uuid.Nil.String()
}
