package attack

import "testing"

// signIn returns a client with an account and a session of its own.
func (s *service) signIn(t *testing.T) *client {
	t.Helper()
	c := s.client(t).register()
	c.login().want(200)
	return c
}
