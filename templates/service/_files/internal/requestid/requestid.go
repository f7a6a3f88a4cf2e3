// Package requestid gives every request an id of our own: it stands in the X-Request-Id header, in error
// bodies and in every log line. An id that a client sends is ignored, or it could write into our log.
package requestid

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"example.com/app/internal/logging"
)

type key struct{}

// Middleware gives each request its id and a logger that carries it.
func Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.NewString()
		w.Header()["X-Request-Id"] = []string{id}
		ctx := context.WithValue(r.Context(), key{}, id)
		ctx = logging.With(ctx, "request_id", id)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// From returns the id of a request's context; the nil UUID outside a request.
func From(ctx context.Context) string {
	if id, ok := ctx.Value(key{}).(string); ok {
		return id
	}
	return uuid.Nil.String()
}
