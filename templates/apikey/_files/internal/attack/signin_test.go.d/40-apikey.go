package attack

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A key does what its scopes say, for its owner, until it is revoked; it is nowhere but with who got it (C11).
func TestKeys(t *testing.T) {
	t.Parallel()
	s := shared(t)
	writer := s.signIn(t)
	reader := s.client(t)
	reader.bearer = s.newKey(t, "--owner", writer.id, "--scopes", "notes:read")
	twin := s.client(t)
	twin.bearer = s.newKey(t, "--owner", writer.id, "--scopes", "notes:read,notes:write")

	var note struct{ ID string }
	writer.do("POST", "/api/v1/notes", map[string]string{"title": "t", "body": "b"}).want(201).json(&note)
	reader.do("GET", "/api/v1/notes/"+note.ID, nil).want(200) // the owner's other key
	reader.do("POST", "/api/v1/notes", map[string]string{"title": "t", "body": "b"}).want(403)
	reader.do("DELETE", "/api/v1/notes/"+note.ID, nil).want(403)
	s.signIn(t).do("GET", "/api/v1/notes/"+note.ID, nil).want(404) // another owner's

	id := s.keyOf(t, writer.id, "notes:write")
	s.must(t, "apikey", "revoke", id)
	writer.do("GET", "/api/v1/notes", nil).want(401) // at once
	twin.do("GET", "/api/v1/notes/"+note.ID, nil).want(200)
	reader.do("GET", "/api/v1/notes", nil).want(200)
	if _, code := s.run(t, "apikey", "revoke", "00000000-0000-7000-8000-000000000000"); code != 1 {
		t.Errorf("revoking what is not there: exit %d", code)
	}

	for _, secret := range []string{writer.bearer, reader.bearer} {
		if strings.Contains(s.logs(), secret) || strings.Contains(s.must(t, "apikey", "list"), secret) || strings.Contains(s.keptKeys(t), secret) {
			t.Error("a key is kept or shown")
		}
	}
}

// keyOf returns the id of the oldest key of an owner that holds the scope, as the list shows it.
func (s *service) keyOf(t *testing.T, owner, scope string) string {
	t.Helper()
	for line := range strings.Lines(s.must(t, "apikey", "list")) {
		if f := strings.Fields(line); len(f) > 2 && f[1] == owner && slices.Contains(strings.Split(f[2], ","), scope) {
			return f[0]
		}
	}
	t.Fatalf("no key of %s", owner)
	return ""
}

// What is no key of ours does not get in: mistyped, cut, of another prefix, made up (C11).
func TestForgedKeys(t *testing.T) {
	t.Parallel()
	s := shared(t)
	key := s.signIn(t).bearer
	last := key[len(key)-1]
	swap := map[bool]string{true: "B", false: "A"}[last == 'A']
	for name, forged := range map[string]string{
		"mistyped":        key[:len(key)-1] + swap,
		"cut":             key[:len(key)-1],
		"longer":          key + "A",
		"another prefix":  "x" + key,
		"lower case":      strings.ToLower(key),
		"without prefix":  key[strings.LastIndexByte(key, '_')+1:],
		"prefix alone":    key[:strings.LastIndexByte(key, '_')+1],
		"a digest of one": strings.Repeat("ab", 32),
		"wildcard":        key[:strings.LastIndexByte(key, '_')+1] + strings.Repeat("%", 59),
	} {
		c := s.client(t)
		c.bearer = forged
		if res := c.do("GET", "/api/v1/notes", nil); res.Status != 401 || res.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d", name, res.Status)
		}
	}
}

// A key ends by itself, and none lives for ever (C11).
func TestKeysExpire(t *testing.T) {
	t.Parallel()
	s := shared(t)
	c := s.client(t)
	c.bearer = s.newKey(t, "--owner", "short-lived", "--for", "3s")
	c.do("GET", "/api/v1/notes", nil).want(200)
	for end := time.Now().Add(10 * time.Second); c.do("GET", "/api/v1/notes", nil).Status != 401; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not end")
		}
	}
	for _, args := range [][]string{
		{"--owner", "x", "--for", "9000h"}, {"--owner", "x", "--for", "0s"}, {"--owner", "x", "--scopes", "everything"}, {"--owner", "a b"}, {},
	} {
		if out, code := s.run(t, append([]string{"apikey", "create"}, args...)...); code == 0 {
			t.Errorf("%v: made\n%s", args, out)
		}
	}
}
