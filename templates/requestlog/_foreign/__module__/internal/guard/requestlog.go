package guard

import (
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"time"
)

// requestLog writes one line a request when it is over, whatever became of it, to slog.Default(): the program decides where lines go and in which form.
//
// The line has the pattern of the route and never the path, the query, a header or a body: those carry ids, tokens and whatever else a client types (ASVS 5.0.0
// V16.2.5, V14.2.1). Every request gets an id of our own, in X-Request-Id of request and answer. What a client sends there is replaced, or it could
// write into the log.
func requestLog(s *settings) func(http.Handler) http.Handler {
	behind := trustedProxies(s)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			id := requestID()
			r.Header.Set("X-Request-Id", id)
			w.Header().Set("X-Request-Id", id)
			w, answer := record(w)
			over := false
			defer func() {
				status := answer.status
				switch {
				case answer.hijacked:
					status = http.StatusSwitchingProtocols // what a handler says that takes the connection over
				case status == 0 && over:
					status = http.StatusOK // net/http writes it when the handler has written nothing
				case status == 0:
					status = http.StatusInternalServerError // a panic cuts the connection
				}
				attrs := []slog.Attr{
					slog.String("method", method(r.Method)), slog.Int("status", status), slog.Int64("bytes", answer.bytes),
					slog.Int64("duration_us", time.Since(began).Microseconds()), slog.Any("client", behind.client(r)), slog.String("request_id", id),
				}
				if pattern := route(r); pattern != "" {
					attrs = append(attrs, slog.String("route", pattern))
				}
				slog.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
			}()
			next.ServeHTTP(w, r)
			over = true
		})
	}
}

// requestID returns 128 random bits.
func requestID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the system has no randomness left, and nothing else would be safe either
	}
	return hex.EncodeToString(b[:])
}
