package guard

import (
	"log/slog"
	"net/http"
	"time"
)

// Answered tells that a request is over: Took, and what its Request holds.
const Answered Kind = "request"

// requestLog reports each request once, when it is over, with any outcome. Path, query, headers and bodies are not part of it: those hold ids,
// tokens and anything else a client sends (ASVS 5.0.0 V16.2.5, V14.2.1).
func (g *Guard) requestLog() link {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			q := From(r.Context())
			returned := false
			defer func() { //nolint:contextcheck // the context is the request's
				q.answer.end(returned)
				g.config.Notice(r.Context(), Notice{Kind: Answered, Level: slog.LevelInfo, Took: time.Since(q.Began), Quiet: q.quiet})
			}()
			next.ServeHTTP(w, r)
			returned = true
		})
	}
}
