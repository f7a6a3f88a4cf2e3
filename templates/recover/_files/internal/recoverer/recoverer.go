// Package recoverer keeps a panic from ending more than its own request (ASVS 5.0.0 V16.5.4): the stack goes to the log, the caller
// gets a constant 500. http.ErrAbortHandler means that the handler wants the connection cut, and is passed on.
package recoverer

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"example.com/app/internal/event"
	"example.com/app/internal/logging"
	"example.com/app/internal/problem"
)

// Middleware recovers from panics further in.
func Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			switch cause {
			case nil:
				return
			case http.ErrAbortHandler:
				panic(cause)
			}
			event.Log(r.Context(), event.Panicked)
			logging.From(r.Context()).LogAttrs(r.Context(), slog.LevelError, "panic",
				slog.String("cause", fmt.Sprint(cause)), slog.String("stack", string(debug.Stack())))
			if started(w) {
				panic(http.ErrAbortHandler) // half a response must not look like a whole one
			}
			problem.Write(w, r, problem.Internal, nil)
		}()
		next.ServeHTTP(w, r)
	})
}

// started reports whether the response has begun; the request log's writer knows.
func started(w http.ResponseWriter) bool {
	s, ok := w.(interface{ Started() bool })
	return ok && s.Started()
}
