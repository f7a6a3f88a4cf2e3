// Package requestlog writes one line a request when it is over, whatever became of it, and counts it.
//
// The line has the route's pattern and never the path, the query, a header or a body: those carry ids, tokens and whatever else a client
// types (ASVS 5.0.0 V16.2.5, V14.2.1).
package requestlog

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"example.com/app/internal/event"
	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
)

// Middleware logs and counts each request. It stands outside of everything that refuses, so that refusals are seen.
func Middleware(m *metrics.Metrics) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			start := time.Now()
			rec := &recorder{ResponseWriter: w}
			over := false
			defer func() { //nolint:contextcheck // the context is the request's
				status := rec.status
				switch {
				case status == 0 && over:
					status = http.StatusOK // net/http writes it when the handler has written nothing
				case status == 0:
					status = http.StatusInternalServerError // a panic cut the connection
				}
				if rejected(status) {
					event.Log(r.Context(), event.InputRejected, slog.Int("status", status))
				}
				end := time.Now()
				took := end.Sub(start)
				m.Served(logging.ScopeOf(r.Context()).Route, status, took)
				line := slog.NewRecord(end, slog.LevelInfo, "request", 0)
				line.AddAttrs(slog.String("method", r.Method), slog.Int("status", status),
					slog.Int64("bytes", rec.bytes), slog.Int64("duration_us", took.Microseconds()))
				write(r.Context(), line)
			}()
			next.ServeHTTP(rec, r)
			over = true
		})
	}
}

// rejected reports whether a status says that the request broke a rule of its format or fields (ASVS 5.0.0 V16.3.3).
func rejected(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// write hands a line to the logger's handler. Logger.LogAttrs would first look up who calls it, for a source that
// no line shows, and that is a fifth of the work.
func write(ctx context.Context, line slog.Record) {
	h := logging.From(ctx).Handler()
	if h.Enabled(ctx, line.Level) {
		_ = h.Handle(ctx, line) // standard output is gone if this fails; there is nowhere to say so
	}
}

// Route tells the request's log lines which route answers. It wraps each handler of the mux, which names its pattern.
func Route(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		logging.ScopeOf(r.Context()).Route = r.Pattern
		next.ServeHTTP(w, r)
	})
}

// recorder remembers what was answered. Unwrap leads http.ResponseController to the rest.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 { // 1xx are not the answer yet
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Flush passes on what was written, for handlers that ask by http.Flusher.
func (r *recorder) Flush() {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	_ = http.NewResponseController(r.ResponseWriter).Flush() // a writer that cannot flush has nothing to pass on
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Started reports whether the answer has begun.
func (r *recorder) Started() bool { return r.status != 0 }
