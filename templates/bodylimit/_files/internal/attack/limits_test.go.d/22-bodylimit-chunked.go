package attack

import (
	"strings"
	"testing"
)

// Without an announced length the body is cut off at the limit (I5).
func TestChunkedBodyLimit(t *testing.T) {
	t.Parallel()
	s := start(t, "MAX_BODY_BYTES=10000", "RATE_LIMIT=1000/1s")
	c := s.signIn(t)
	credentials := ""
	if c.bearer != "" {
		credentials += "Authorization: Bearer " + c.bearer + "\r\n"
	}
	for name, value := range c.cookies {
		credentials += "Cookie: " + name + "=" + value + "\r\n"
	}
	chunk := "4e20\r\n" + `{"title":"` + strings.Repeat("a", 20000-12) + `"}` + "\r\n0\r\n\r\n"
	answer := s.raw(t, "POST /api/v1/notes HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"+credentials+
		"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"+chunk)
	if !strings.HasPrefix(answer, "HTTP/1.1 413 ") || !strings.Contains(answer, "/problems/too-large") {
		t.Errorf("chunked: %q", firstLine(answer))
	}
}
