package attack

import (
	"os"
	"path/filepath"
	"testing"
)

// What docs/security/data.md says about backups: they are private, are made while the service runs, and restore everything as it
// was. That revives sessions, until user logout --all ends them.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	s := start(t)
	ann := s.signIn(t)
	s.backup(t, "backup")
	if info, err := os.Stat(filepath.Join(s.dir, "backup")); err != nil || info.Mode().Perm() != 0o600 || info.Size() == 0 {
		t.Fatalf("the backup: %v, %v", info, err)
	}
	s.must(t, "user", "logout", ann.email)
	ann.as(t).do("GET", mePath, nil).want(401)
	bob := s.client(t).register()
	s.stop(t)

	s.restore(t, "backup")
	s.must(t, "migrate")
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
	bob.as(t).login().want(401)
	ann.do("GET", mePath, nil).want(200)
	s.must(t, "user", "logout", "--all")
	ann.do("GET", mePath, nil).want(401)
	ann.as(t).login().want(200)
}
