package attack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Keys are made once, kept, and replaced only when they are named; none is ever printed (C12, B14).
func TestKeygen(t *testing.T) {
	t.Parallel()
	s := prepare(t) // has run keygen --missing
	t.Cleanup(s.kill)
	before := map[string]string{}
	for _, file := range secretFiles {
		before[file] = read(t, filepath.Join(s.dir, ".secrets", file))
	}
	out, code := s.run(t, "keygen")
	if want := min(len(secretFiles), 1); code != want {
		t.Errorf("keygen over keys that are there: exit %d, want %d\n%s", code, want, out)
	}
	s.must(t, "keygen", "--missing")
	for file, key := range before {
		if read(t, filepath.Join(s.dir, ".secrets", file)) != key {
			t.Errorf("%s was replaced without being asked", file)
		}
	}
	for file, key := range before {
		if key == "" {
			continue // a list that begins empty, which others fill
		}
		out := s.must(t, "keygen", "--force", file)
		now := read(t, filepath.Join(s.dir, ".secrets", file))
		if now == key {
			t.Errorf("%s was not replaced", file)
		}
		if strings.Contains(out, strings.TrimSpace(now)) {
			t.Errorf("keygen prints %s", file)
		}
	}
	if len(secretFiles) > 0 {
		info, err := os.Stat(filepath.Join(s.dir, ".secrets"))
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("the folder has mode %v, %v", info.Mode(), err)
		}
	}
	if out, code := s.run(t, "keygen", "--force", "../../etc/passwd"); code != 2 {
		t.Errorf("a malformed key: exit %d\n%s", code, out)
	}
}
