package attack

import "testing"

// No page of another origin may read anything (B13, CWE-942).
func TestNoOtherOriginReads(t *testing.T) {
	t.Parallel()
	c := shared(t).client(t)
	for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1", "*"} {
		for _, method := range []string{"GET", "OPTIONS"} {
			res := c.do(method, "/api/v1/ping", nil, "Origin", origin, "Access-Control-Request-Method", "POST")
			for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods"} {
				if got := res.Header.Get(name); got != "" {
					t.Errorf("%s from %s: %s: %s", method, origin, name, got)
				}
			}
		}
	}
}
