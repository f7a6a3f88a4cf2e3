package attack

import (
	"fmt"
	"net/url"
	"testing"
)

// keepNote makes a note and returns its id.
func (c *client) keepNote(title, body string) string {
	c.t.Helper()
	var n struct{ ID string }
	c.do("POST", "/api/v1/notes", map[string]string{"title": title, "body": body}).want(201).json(&n)
	return n.ID
}

// Attack strings in every field and parameter come back as they are or are refused, and never reach another row (H5).
func TestInjection(t *testing.T) {
	t.Parallel()
	s := shared(t)
	victim, c := s.signIn(t), s.signIn(t)
	theirs := victim.keepNote("of the victim", "of the victim")
	count := func() int {
		t.Helper()
		var page struct{ Notes []struct{ ID string } }
		c.do("GET", "/api/v1/notes?limit=100", nil).want(200).json(&page)
		return len(page.Notes)
	}
	attacks := []string{
		`' OR 1=1--`, `'; DROP TABLE notes; --`, `" OR ""="`, `') UNION SELECT id, owner, title, body, created_at, updated_at FROM notes--`,
		`$1`, `%`, `\'; DELETE FROM notes; --`, `1; SELECT pg_sleep(10)`, `{"$gt":""}`,
	}
	before := count()
	for i, text := range attacks {
		id := c.keepNote(text, text)
		var n struct{ Title, Body string }
		c.do("GET", "/api/v1/notes/"+id, nil).want(200).json(&n)
		if n.Title != text || n.Body != text {
			t.Errorf("%q came back as %+v", text, n)
		}
		c.do("PATCH", "/api/v1/notes/"+id, map[string]string{"title": text, "body": text}).want(200)
		escaped := url.PathEscape(text)
		for _, method := range []string{"GET", "DELETE"} {
			if res := c.do(method, "/api/v1/notes/"+escaped, nil); res.Status != 404 {
				t.Errorf("%s of the id %q: %d", method, text, res.Status)
			}
		}
		for _, parameter := range []string{"limit", "cursor", "sort", "owner"} {
			if res := c.do("GET", fmt.Sprintf("/api/v1/notes?%s=%s", parameter, url.QueryEscape(text)), nil); res.Status != 400 {
				t.Errorf("%s=%q: %d", parameter, text, res.Status)
			}
		}
		if got := count(); got != before+i+1 {
			t.Errorf("after %q there are %d notes, want %d", text, got, before+i+1)
		}
	}
	victim.do("GET", "/api/v1/notes/"+theirs, nil).want(200)
}
