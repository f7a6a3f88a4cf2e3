package guard

import (
	"errors"
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

// parseTimeout reads REQUEST_TIMEOUT.
func parseTimeout(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, errors.New("want a duration such as 30s")
	}
	return d, nil
}

// lasting reports whether r asks for an answer that lasts: an upgrade, an event stream, or gRPC, whose calls have deadlines of their own.
func lasting(r *http.Request) bool {
	return r.Header.Get("Upgrade") != "" || r.Method == http.MethodConnect || strings.HasPrefix(r.Header.Get("Accept"), "text/event-stream") ||
		strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc")
}
