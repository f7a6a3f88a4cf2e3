package attack

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// keptKeys is everything that is kept about keys.
func (s *service) keptKeys(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, ".secrets", "api-keys"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The file of keys stays private and whole, with several writers; a broken one lets nobody in and does not end the service (C11).
func TestFileOfKeys(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if out, code := s.run(t, "apikey", "create", "--owner", "at-once"); code != 0 {
				t.Errorf("exit %d\n%s", code, out)
			}
		})
	}
	wg.Wait()
	path := filepath.Join(s.dir, ".secrets", "api-keys")
	if n := strings.Count(s.keptKeys(t), "\n"); n != 6 {
		t.Errorf("%d keys after 6 were made", n)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	whole := s.keptKeys(t)
	for name, text := range map[string]string{
		"half a line":    whole[:len(whole)-20],
		"unknown member": `{"id":"x","sha256":"` + strings.Repeat("ab", 32) + `","owner":"x","scopes":[],"expires":"2999-01-01T00:00:00Z","admin":true}`,
		"no expiry":      `{"id":"x","sha256":"` + strings.Repeat("ab", 32) + `","owner":"x","scopes":[]}`,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if res := c.do("GET", mePath, nil); res.Status != 503 || strings.Contains(string(res.Body), "api-keys") {
			t.Errorf("%s: %d %s", name, res.Status, res.Body)
		}
	}
	if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	c.do("GET", mePath, nil).want(200)
}
