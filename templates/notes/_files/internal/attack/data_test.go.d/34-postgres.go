package attack

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/app/internal/dbtest"
)

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
	// The server learns of a request that was given up, and its own limit for waiting is the last resort.
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
