package attack

import (
	"strings"
	"testing"
)

// Somebody else's note is not there: neither to see nor to change nor to delete nor to list (F2, ASVS 5.0.0 V8.2.2, CWE-639).
func TestOwnership(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann, bob := s.signIn(t), s.signIn(t)
	path := ann.do("POST", "/api/v1/notes", map[string]string{"title": "canary"}).want(201).Header.Get("Location")
	for _, res := range []*response{
		bob.do("GET", path, nil),
		bob.do("PATCH", path, map[string]string{"title": "taken"}),
		bob.do("DELETE", path, nil),
	} {
		res.want(404)
		if res.slug() != "not-found" {
			t.Errorf("slug %q", res.slug())
		}
	}
	if missing := bob.do("GET", "/api/v1/notes/0190163d-8694-739b-aea5-966c26f8ad91", nil).want(404); missing.slug() != "not-found" {
		t.Errorf("a note that is nobody's: %q", missing.slug())
	}
	if list := bob.do("GET", "/api/v1/notes", nil).want(200); strings.Contains(string(list.Body), "canary") {
		t.Errorf("bob's list: %s", list.Body)
	}
	if mine := ann.do("GET", path, nil).want(200); !strings.Contains(string(mine.Body), "canary") {
		t.Errorf("ann's note became %s", mine.Body)
	}
}

// Without credentials there are no notes at all, for any method, and the answer says how to sign in.
func TestNotesNeedSignIn(t *testing.T) {
	t.Parallel()
	s := shared(t)
	ann := s.signIn(t)
	path := ann.do("POST", "/api/v1/notes", map[string]string{"title": "a"}).want(201).Header.Get("Location")
	stranger := s.client(t)
	for _, res := range []*response{
		stranger.do("GET", "/api/v1/notes", nil),
		stranger.do("POST", "/api/v1/notes", map[string]string{"title": "a"}),
		stranger.do("GET", path, nil),
		stranger.do("PATCH", path, map[string]string{"title": "b"}),
		stranger.do("DELETE", path, nil),
	} {
		res.want(401)
		if res.slug() != "unauthorized" || res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s, WWW-Authenticate %q", res.slug(), res.Header.Get("WWW-Authenticate"))
		}
	}
}
