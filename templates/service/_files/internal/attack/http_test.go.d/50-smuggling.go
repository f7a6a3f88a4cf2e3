package attack

import (
	"strings"
	"testing"
)

// What net/http does with requests that two servers could read differently (I11, CWE-444). The proxy in front must refuse
// what is accepted here; docs/security says so. A change of Go's behaviour shows up as a failure of this table.
func TestSmuggling(t *testing.T) {
	t.Parallel()
	s := shared(t)
	const ping = "GET /api/v1/ping HTTP/1.1\r\nHost: {host}\r\n"
	tests := []struct{ name, request, want string }{
		{"two content lengths", ping + "Content-Length: 0\r\nContent-Length: 1\r\n\r\n", "400"},
		{"unknown transfer encoding", ping + "Transfer-Encoding: xchunked\r\n\r\n", "501"},
		{"two hosts", ping + "Host: evil.example\r\n\r\n", "400"},
		{"space before the colon", "GET /api/v1/ping HTTP/1.1\r\nHost : {host}\r\n\r\n", "400"},
		{"NUL in a header", ping + "X-A: a\x00b\r\n\r\n", "400"},
		{"no host", "GET /api/v1/ping HTTP/1.1\r\n\r\n", "400"},
		{"length and chunked are read as chunked", ping + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n", "200"},
		{"bare line feeds are read as lines", "GET /api/v1/ping HTTP/1.1\nHost: {host}\nConnection: close\n\n", "200"},
	}
	for _, tt := range tests {
		answer := s.raw(t, tt.request)
		if !strings.HasPrefix(answer, "HTTP/1.1 "+tt.want+" ") {
			t.Errorf("%s: %q, want %s", tt.name, firstLine(answer), tt.want)
		}
		if strings.Count(answer, "HTTP/1.1 ") != 1 {
			t.Errorf("%s: more than one answer to one request:\n%s", tt.name, answer)
		}
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\r\n")
	return line
}
