package attack

import "testing"

// POST /api/v1/feed-back from outside: strangers are refused before anything is read, and what it does not know is refused.
func TestFeedback(t *testing.T) {
	t.Parallel()
	s := shared(t)
	const path = "/api/v1/feed-back"
	s.client(t).do("POST", path, `{"message":"a"}`).want(401)
	c := s.signIn(t)
	c.do("POST", path, `{"message":"a"}`).want(200)
	c.do("POST", path+"?x=1", `{"message":"a"}`).want(400)
	c.do("POST", path, `{"message":`).want(400)
	c.do("POST", path, "a", "Content-Type", "text/plain").want(415)
	c.do("POST", path, `{}`).want(422)
	c.do("DELETE", path, nil).want(405)
}
