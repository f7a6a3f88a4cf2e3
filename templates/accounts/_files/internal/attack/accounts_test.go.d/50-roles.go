package attack

import "testing"

// A role counts from the next request on (F6).
func TestRoles(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.signIn(t)
	note := map[string]string{"title": "a"}
	ann.do("POST", "/api/v1/notes", note).want(201)
	s.must(t, "user", "role", ann.email, "reader")
	ann.do("POST", "/api/v1/notes", note).want(403)
	ann.do("GET", "/api/v1/notes", nil).want(200)
	s.must(t, "user", "role", ann.email, "writer")
	ann.do("POST", "/api/v1/notes", note).want(201)
}
