package attack

import "testing"

// Credentials that are not valid make a stranger of the caller: refused where it matters, served where it does not, and counted
// (M1, M5, RFC 9110 section 15.5.2).
func TestInvalidCredentials(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	c.do("GET", mePath, nil).want(200)
	if c.bearer != "" {
		c.bearer = c.bearer[:len(c.bearer)-4] + "AAAA"
	}
	for name, value := range c.cookies {
		c.cookies[name] = value[:len(value)-4] + "AAAA"
	}
	before := metric(t, s, `auth_failures_total{kind="credentials"}`)
	res := c.do("GET", mePath, nil).want(401)
	if res.Header.Get("WWW-Authenticate") == "" {
		t.Error("a 401 without a challenge")
	}
	c.do("GET", "/api/v1/ping", nil).want(200)
	if got := metric(t, s, `auth_failures_total{kind="credentials"}`); got != before+2 {
		t.Errorf("%v failures counted, want %v", got, before+2)
	}
	if got := len(s.events(t, "credentials_rejected")); got != 2 {
		t.Errorf("%d events, want 2", got)
	}
}
