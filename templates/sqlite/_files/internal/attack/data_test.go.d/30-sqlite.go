package attack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The database of a running service is for its user alone; one that is open to others stops the start (H8).
func TestDatabaseFileIsPrivate(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.signIn(t).keepNote("title", "body")
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

// While somebody else writes, reading goes on, a write is a 503 in time, and everything works again afterwards (H3, H4).
func TestBusyDatabase(t *testing.T) {
	t.Parallel()
	s := start(t)
	c := s.signIn(t)
	id := c.keepNote("title", "body")
	db := s.openDatabase(t)
	db.SetMaxOpenConns(1) // the lock belongs to the connection
	if _, err := db.Exec(`BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	c.do("GET", s.AdminURL+"/livez", nil).want(200)
	begin := time.Now()
	res := c.do("DELETE", "/api/v1/notes/"+id, nil).want(503)
	if took := time.Since(begin); took > 9*time.Second || res.slug() != "unavailable" || res.Header.Get("Retry-After") == "" {
		t.Errorf("after %v: %v %s", took, res.Header, res.Body)
	}
	if _, err := db.Exec(`ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	c.do("DELETE", "/api/v1/notes/"+id, nil).want(204)
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
