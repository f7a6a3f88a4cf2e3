package attack

import (
	"strings"
	"testing"
	"time"
)

// A key signs in until it is revoked, and only who got it has it (C11).
func TestKeys(t *testing.T) {
	t.Parallel()
	s := shared(t)
	writer := s.signIn(t)
	reader := s.client(t)
	reader.bearer = s.newKey(t, "--owner", writer.id)
	s.must(t, "apikey", "revoke", s.keyOf(t, writer.id))
	writer.do("GET", mePath, nil).want(401) // at once
	reader.do("GET", mePath, nil).want(200) // the owner's other key
	if _, code := s.run(t, "apikey", "revoke", "00000000-0000-7000-8000-000000000000"); code != 1 {
		t.Errorf("revoking what is not there: exit %d", code)
	}

	for _, secret := range []string{writer.bearer, reader.bearer} {
		if strings.Contains(s.logs(), secret) || strings.Contains(s.must(t, "apikey", "list"), secret) || strings.Contains(s.keptKeys(t), secret) {
			t.Error("a key is kept or shown")
		}
	}
}

// keyOf returns the id of the oldest key of an owner, as the list shows it.
func (s *service) keyOf(t *testing.T, owner string) string {
	t.Helper()
	for line := range strings.Lines(s.must(t, "apikey", "list")) {
		if f := strings.Fields(line); len(f) > 1 && f[1] == owner {
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
		if res := c.do("GET", mePath, nil); res.Status != 401 || res.Header.Get("WWW-Authenticate") == "" {
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
	c.do("GET", mePath, nil).want(200)
	for end := time.Now().Add(10 * time.Second); c.do("GET", mePath, nil).Status != 401; time.Sleep(100 * time.Millisecond) {
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
