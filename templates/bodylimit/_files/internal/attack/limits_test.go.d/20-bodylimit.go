package attack

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// A body beyond the limit is refused, announced or chunked, before it has been read (I5, CWE-770).
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	s := start(t, "MAX_BODY_BYTES=10000", "RATE_LIMIT=1000/1s")
	c := s.client(t)
	large := `{"title":"` + strings.Repeat("a", 20000) + `"}`
	if res := c.do("POST", "/api/v1/csp-report", large); res.Status != 413 || res.slug() != "too-large" {
		t.Errorf("announced: %d %s", res.Status, res.Body)
	}
	// A client that only announces a lot is answered at once: nobody waits for the rest.
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(3 * time.Second))
	fmt.Fprintf(conn, "POST /api/v1/csp-report HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n", conn.RemoteAddr())
	answer := make([]byte, 12)
	if _, err := conn.Read(answer); err != nil || string(answer) != "HTTP/1.1 413" {
		t.Errorf("a gigabyte is announced: %q, %v", answer, err)
	}
}

// A body that would unpack to more than it says is not unpacked at all (I17, CWE-409).
func TestCompressedBody(t *testing.T) {
	t.Parallel()
	c := shared(t).client(t)
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	_, _ = w.Write(bytes.Repeat([]byte("a"), 10<<20))
	_ = w.Close()
	for _, encoding := range []string{"gzip", "br", "deflate", "zstd", "gzip, gzip", "identity"} {
		if res := c.do("POST", "/api/v1/csp-report", bomb.Bytes(), "Content-Encoding", encoding); res.Status != 415 || res.slug() != "unsupported-media-type" {
			t.Errorf("%s: %d %s", encoding, res.Status, res.Body)
		}
	}
}
