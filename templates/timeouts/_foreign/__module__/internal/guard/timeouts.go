package guard

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// What the program's http.Server waits for, and takes (CWE-400). net/http has no limit of its own for any of the times.
const (
	ReadHeaderTimeout = 5 * time.Second   // honest clients send headers in one packet
	ReadTimeout       = 60 * time.Second  // 10 MiB at 175 kB/s
	WriteTimeout      = 60 * time.Second  // from the end of the headers; longer than REQUEST_TIMEOUT, so that its error can still be written
	IdleTimeout       = 120 * time.Second // longer than the minute for which most proxies keep a connection, so that they are the first to let go
	MaxHeaderBytes    = 64 << 10          // net/http takes 1 MiB, and no honest client needs it
)

// requestTimeout ends the context of a request after REQUEST_TIMEOUT, so that whatever waits for a database or another service returns (ASVS 5.0.0
// V15.1.3). Upgrades, event streams and gRPC last as long as they last. http.TimeoutHandler is not used: it holds answers back and hides http.Flusher.
func requestTimeout(s *settings) func(http.Handler) http.Handler {
	most, err := time.ParseDuration(s.value("REQUEST_TIMEOUT"))
	if err != nil || most <= 0 {
		s.refuse("REQUEST_TIMEOUT", "a duration such as 30s")
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if lasting(r) {
				next.ServeHTTP(w, r)
				return
			}
			ctx, stop := context.WithTimeout(r.Context(), most)
			defer stop()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// lasting reports whether r asks for a connection that stays.
func lasting(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" || r.Method == http.MethodConnect || strings.HasPrefix(r.Header.Get("Accept"), "text/event-stream") ||
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") // streams, whose calls bring deadlines of their own
}
