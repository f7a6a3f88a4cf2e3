package guard

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
)

// recovery keeps a panic from ending more than its own request (ASVS 5.0.0 V16.5.4): the stack goes to the log, the client gets a constant 500.
// http.ErrAbortHandler means that the handler wants the connection cut, and is passed on.
func recovery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w, answer := record(w)
		defer func() {
			cause := recover()
			switch cause {
			case nil:
				return
			case http.ErrAbortHandler:
				panic(cause)
			}
			slog.ErrorContext(r.Context(), "panic", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			if answer.status != 0 || answer.hijacked {
				panic(http.ErrAbortHandler) // half an answer must not look like a whole one
			}
			for _, name := range []string{"Content-Encoding", "Etag", "Last-Modified"} {
				w.Header().Del(name) // of the answer that did not come about
			}
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "internal server error", http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}
