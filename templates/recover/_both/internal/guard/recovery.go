package guard

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// Panicked tells that a handler panicked: Cause and Stack.
const Panicked Kind = "panic"

// broken answers a request whose handler panicked.
var broken = Refusal{Reason: "internal", Title: "Something went wrong on our side", Status: http.StatusInternalServerError}

// recovery keeps a panic from ending more than its own request (ASVS 5.0.0 V16.5.4): cause and stack go to Notice, the client gets a constant 500.
// http.ErrAbortHandler means that the handler wants the connection closed, and is passed on.
func (g *Guard) recovery() link {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() { //nolint:contextcheck // the context is the request's
				cause := recover()
				switch cause {
				case nil:
					return
				case http.ErrAbortHandler:
					panic(cause)
				}
				g.config.Notice(r.Context(), Notice{Kind: Panicked, Level: slog.LevelError, Cause: fmt.Sprint(cause), Stack: string(debug.Stack())})
				if answer := From(r.Context()).answer; answer.status != 0 || answer.hijacked {
					panic(http.ErrAbortHandler) // half an answer must not look like a whole one
				}
				for _, name := range []string{"Content-Encoding", "Etag", "Last-Modified"} {
					w.Header().Del(name) // of the answer that did not come about
				}
				w.Header().Set("Cache-Control", "no-store")
				g.config.Refuse(w, r, broken)
			}()
			next.ServeHTTP(w, r)
		})
	}
}
