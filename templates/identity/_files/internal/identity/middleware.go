package identity

import (
	"errors"
	"log/slog"
	"net/http"

	"example.com/app/internal/event"
	"example.com/app/internal/guard"
	"example.com/app/internal/metrics"
	"example.com/app/internal/problem"
)

// Middleware identifies the caller. Invalid credentials count as none, which the route's policy answers with a 401 where that
// matters: a public page must not fail because of an expired cookie. If auth cannot tell, the request fails: treating the caller
// as a stranger would sign everybody out whenever the database is unavailable. A nil auth knows nobody.
func Middleware(auth Authenticator) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if auth == nil {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			actor, err := auth.Authenticate(r)
			switch {
			case err == nil:
				guard.From(r.Context()).Principal = actor.ID
				r = r.WithContext(With(r.Context(), actor))
			case errors.Is(err, ErrNone):
			case errors.Is(err, ErrInvalid):
				event.Log(r.Context(), event.CredentialsRejected, slog.String("reason", err.Error()))
				metrics.From(r.Context()).AuthFailed("credentials")
			default:
				problem.Write(w, r, problem.From(err), err)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
