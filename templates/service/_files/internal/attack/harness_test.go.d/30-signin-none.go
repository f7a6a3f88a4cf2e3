package attack

import "testing"

// signIn returns a client: without authentication everybody may write notes.
func (s *service) signIn(t *testing.T) *client { return s.client(t) }
