package attack

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// The database dies: the service is alive and not ready, answers 503, and is back when the database is (H4). One that comes late
// is waited for.
func TestDatabaseGoesAway(t *testing.T) {
	t.Parallel()
	server := dbtest.Start(t)
	d := server.New(t)
	own := []string{"DATABASE_URL=" + d.URL, "MIGRATE_DATABASE_URL=" + d.OwnerURL, "RATE_LIMIT=1000000/1s"}
	s := prepare(t, own...)
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("the service said:\n%s", s.logs())
		}
	})
	s.must(t, "migrate")

	server.Kill(t)
	started := make(chan error, 1)
	go func() { started <- s.begin() }()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		// doctor tries for a second and reports; what comes after that is the start itself.
		if _, rest, found := strings.Cut(s.logs(), "database-away"); found && strings.Contains(rest, "does not answer") {
			break
		}
	}
	server.Revive(t)
	if err := <-started; err != nil {
		t.Fatalf("the database came late: %v\n%s", err, s.logs())
	}
	s.ready(t, 200)
	c := s.signIn(t)
	id := c.keepNote("before", "before")

	server.Kill(t)
	s.ready(t, 503)
	c.do("GET", s.AdminURL+"/livez", nil).want(200)
	for range 3 {
		res := c.do("GET", "/api/v1/notes/"+id, nil).want(503)
		if res.slug() != "unavailable" || res.Header.Get("Retry-After") == "" || strings.Contains(string(res.Body), "127.0.0.1") {
			t.Errorf("%v %s", res.Header, res.Body)
		}
	}
	server.Revive(t)
	s.ready(t, 200)
	c.do("GET", "/api/v1/notes/"+id, nil).want(200)
	if out := s.logs(); strings.Contains(out, password(t, d.URL)) {
		t.Error("the password of the database is in the log")
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

// While the table is locked, everybody gets a 503 in time, no query is left behind, and however many ask, the service holds no
// more connections than it may (H2, H3).
func TestSlowDatabase(t *testing.T) {
	t.Parallel()
	const allowed = 4
	s := start(t, "RATE_LIMIT=1000000/1s", "DATABASE_CONNECTIONS=4")
	c := s.signIn(t)
	c.keepNote("title", "body")
	owner, err := sql.Open("pgx", s.setting("MIGRATE_DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	lock, err := owner.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Rollback() //nolint:errcheck // rolled back below; this is for early returns
	if _, err := lock.Exec(`LOCK TABLE notes IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}

	const clients = 200
	statuses := make([]int, clients)
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			if res, err := c.try("GET", "/api/v1/notes", nil); err == nil {
				statuses[i] = res.Status
			}
		})
	}
	watch := s.openDatabase(t)
	watch.SetMaxOpenConns(1) // and not counted
	connections := func(condition string) int {
		t.Helper()
		return len(texts(t, watch, `SELECT pid::text FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid() AND `+condition))
	}
	most := 0
	for range 40 {
		most = max(most, connections(`true`))
		time.Sleep(20 * time.Millisecond)
	}
	wg.Wait()
	if took := time.Since(begin); took > 14*time.Second {
		t.Errorf("the last answer came after %v", took)
	}
	for _, status := range statuses {
		if status != 503 {
			t.Errorf("statuses %v, want 503 for all", statuses)
			break
		}
	}
	if most < 2 || most > allowed {
		t.Errorf("up to %d connections, want some and at most %d", most, allowed)
	}
	// The server hears of a request that was given up, and its own limit for waiting is the last resort.
	for end := time.Now().Add(4 * time.Second); connections(`state = 'active'`) > 0 && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	if n := connections(`state = 'active'`); n > 0 {
		t.Errorf("%d queries still run", n)
	}
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	c.do("GET", "/api/v1/notes", nil).want(200)
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
