package attack

import (
	"strings"
	"testing"
)

// Without an announced length the body is cut off at the limit (I5).
func TestChunkedBodyLimit(t *testing.T) {
	t.Parallel()
	s := start(t, "MAX_BODY_BYTES=10000", "RATE_LIMIT=1000/1s")
	chunk := "4e20\r\n" + `{"title":"` + strings.Repeat("a", 20000-12) + `"}` + "\r\n0\r\n\r\n"
	answer := s.raw(t, "POST /api/v1/csp-report HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/csp-report\r\n"+
		"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"+chunk)
	if !strings.HasPrefix(answer, "HTTP/1.1 413 ") || !strings.Contains(answer, "/problems/too-large") {
		t.Errorf("chunked: %q", firstLine(answer))
	}
}
