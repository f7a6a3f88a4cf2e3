package attack

import "testing"

// GET /api/v1/status-page from outside: whoever asks is answered, and what it does not know is refused.
func TestStatusPage(t *testing.T) {
	t.Parallel()
	s := shared(t)
	const path = "/api/v1/status-page"
	c := s.client(t)
	c.do("GET", path, nil).want(200)
	c.do("GET", path+"?x=1", nil).want(400)
	c.do("DELETE", path, nil).want(405)
}
