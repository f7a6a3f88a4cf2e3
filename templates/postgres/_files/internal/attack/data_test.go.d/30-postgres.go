package attack

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/dbtest"
)

// databaseCanary is a password that no output may carry.
const databaseCanary = "hunter2"

// A server that does not prove its name is told nothing, and the service does not start (H1).
func TestDatabaseMustProveItsName(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	known, err := dbtest.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := dbtest.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "known.crt"), known.PEM, 0o644); err != nil { //nolint:gosec // public, and read by another user
		t.Fatal(err)
	}
	env := s.env
	for _, tt := range []struct {
		name     string
		impostor *dbtest.Impostor
		reason   string
	}{
		{"another name", dbtest.NewImpostor(t, known, "db.example.com"), "certificate"},
		{"unknown authority", dbtest.NewImpostor(t, unknown, "127.0.0.1"), "certificate signed by unknown authority"},
		{"no TLS", dbtest.NewImpostor(t, nil, ""), "refused TLS"},
	} {
		s.env = append(env[:len(env):len(env)], "DATABASE_WAIT=300ms",
			"DATABASE_URL=postgres://someuser:"+databaseCanary+"@"+tt.impostor.Addr+"/orders?sslmode=verify-full&sslrootcert=known.crt")
		out, code := s.run(t, "serve")
		if code == 0 || !strings.Contains(out, tt.reason) || strings.Contains(out, databaseCanary) {
			t.Errorf("%s: exit %d: %s", tt.name, code, out)
		}
		if clients, told := tt.impostor.Met(); clients == 0 || told != "" {
			t.Errorf("%s: %d clients came and told %q", tt.name, clients, told)
		}
	}
}

// No setting makes the service talk to another machine unverified (H1).
func TestUnverifiedDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	env := s.env
	for _, mode := range []string{"", "disable", "allow", "prefer", "require", "verify-ca"} {
		for _, variable := range []string{"DATABASE_URL", "MIGRATE_DATABASE_URL"} {
			s.env = append(env[:len(env):len(env)], "DATABASE_WAIT=300ms",
				variable+"=postgres://someuser:"+databaseCanary+"@db.example.com/orders?sslmode="+mode)
			out, code := s.run(t, "serve")
			if code == 0 || !strings.Contains(out, "database-tls-off") || !strings.Contains(out, variable) || strings.Contains(out, databaseCanary) {
				t.Fatalf("serve with %s and sslmode=%s: exit %d: %s", variable, mode, code, out)
			}
			if variable == "DATABASE_URL" {
				continue // migrate uses the other one
			}
			if out, code := s.run(t, "migrate"); code == 0 || strings.Contains(out, databaseCanary) || !strings.Contains(out, "verify-full") {
				t.Errorf("migrate with sslmode=%s: exit %d: %s", mode, code, out)
			}
		}
	}
}

// A database that never comes ends the start within DATABASE_WAIT (H4).
func TestDatabaseNeverComes(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	s.env = append(s.env, "DATABASE_WAIT=500ms", "DATABASE_URL=postgres://someuser:"+databaseCanary+"@127.0.0.1:1/orders?sslmode=verify-full")
	begin := time.Now()
	out, code := s.run(t, "serve")
	if took := time.Since(begin); code != 1 || took > 10*time.Second || strings.Contains(out, databaseCanary) || !strings.Contains(out, "no success within 500ms") {
		t.Errorf("exit %d after %v: %s", code, took, out)
	}
}

func password(t *testing.T, databaseURL string) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	word, ok := u.User.Password()
	if !ok || word == "" {
		t.Fatal("the database needs no password")
	}
	return word
}
