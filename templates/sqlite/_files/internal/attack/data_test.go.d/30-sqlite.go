package attack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The database of a running service is for its user alone; one that is open to others stops the start (H8).
func TestDatabaseFileIsPrivate(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.signIn(t)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(filepath.Join(s.dir, databaseFile+suffix))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", info.Name(), info.Mode())
		}
	}
	s.stop(t)
	for _, mode := range []os.FileMode{0o640, 0o644, 0o660, 0o604} {
		if err := os.Chmod(filepath.Join(s.dir, databaseFile), mode); err != nil {
			t.Fatal(err)
		}
		if out, code := s.run(t, "serve"); code == 0 || !strings.Contains(out, "database-file-mode") {
			t.Errorf("mode %v: exit %d: %s", mode, code, out)
		}
	}
}

// A file that is no database, or cannot be opened, stops the start with a reason (H4).
func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	path := filepath.Join(s.dir, databaseFile)
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0); err != nil {
		t.Fatal(err)
	}
	if out, code := s.run(t, "serve"); code == 0 || !strings.Contains(out, "database") {
		t.Errorf("exit %d: %s", code, out)
	}
}
