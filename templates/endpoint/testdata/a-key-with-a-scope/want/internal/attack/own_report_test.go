package attack

import "testing"

// GET /api/v1/report from outside: strangers are refused before anything is read, and what it does not know is refused.
func TestReport(t *testing.T) {
	t.Parallel()
	s := shared(t)
	const path = "/api/v1/report"
	s.client(t).do("GET", path, nil).want(401)
	c := s.signIn(t)
	c.do("GET", path, nil).want(200)
	c.do("GET", path+"?x=1", nil).want(400)
	c.do("DELETE", path, nil).want(405)
}
