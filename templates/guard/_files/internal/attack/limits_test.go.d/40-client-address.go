package attack

import (
	"strings"
	"testing"
)

// What a client writes into X-Forwarded-For moves neither its limit nor its name in the log (I4, CWE-348).
func TestForgedAddress(t *testing.T) {
	t.Parallel()
	s := start(t, "BEHIND_PROXY=false", "TRUSTED_PROXIES=", "RATE_LIMIT=1/1m,3")
	c := s.client(t)
	limited := false
	for _, forged := range []string{"203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "203.0.113.5"} {
		res := c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", forged, "X-Real-IP", forged, "Forwarded", "for="+forged, "True-Client-IP", forged)
		limited = limited || res.Status == 429
	}
	if !limited {
		t.Error("a new address for each request escapes the limit")
	}
	if len(s.events(t, "rate_limited")) == 0 {
		t.Error("no event")
	}
	if strings.Contains(s.logs(), "203.0.113.") || !strings.Contains(s.logs(), `"client":"127.0.0.1"`) {
		t.Error("the log has the forged address")
	}
}

// Behind a trusted proxy the client is what the proxy wrote last; what the client wrote before that does not count.
func TestForwardedAddress(t *testing.T) {
	t.Parallel()
	s := start(t, "TRUSTED_PROXIES=127.0.0.1,198.51.100.0/24", "RATE_LIMIT=1/1m,2")
	c := s.client(t)
	for _, forwarded := range []string{"203.0.113.1", "9.9.9.9, 203.0.113.1"} {
		c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", forwarded).want(200)
	}
	c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", "8.8.8.8, 203.0.113.1, 198.51.100.7").want(429)
	c.do("GET", "/api/v1/ping", nil, "X-Forwarded-For", "203.0.113.2").want(200)
	if len(s.events(t, "rate_limited")) == 0 {
		t.Error("no event")
	}
	if logs := s.logs(); !strings.Contains(logs, `"client":"203.0.113.1"`) || strings.Contains(logs, `"client":"9.9.9.9"`) || strings.Contains(logs, `"client":"8.8.8.8"`) {
		t.Error("the log does not name the client that the proxy saw")
	}
}
