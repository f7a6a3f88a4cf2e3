package attack

import (
	"database/sql"
	"slices"
	"testing"
	"time"
)

// databaseExec changes rows behind the service's back.
func (s *service) databaseExec(t *testing.T, statement string) {
	t.Helper()
	if _, err := s.openDatabase(t).Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// databaseTexts returns the one column of a query.
func (s *service) databaseTexts(t *testing.T, query string, args ...any) []string {
	t.Helper()
	return texts(t, s.openDatabase(t), query, args...)
}

func texts(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// ready waits until the admin listener's /readyz answers with status.
func (s *service) ready(t *testing.T, status int) {
	t.Helper()
	c := s.client(t)
	var last int
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if last = c.do("GET", s.AdminURL+"/readyz", nil).Status; last == status {
			return
		}
	}
	t.Fatalf("/readyz stays %d, want %d", last, status)
}

// The service itself never changes the schema: without one it is alive and not ready, and migrate fixes that while it runs (H9).
func TestServeDoesNotMigrate(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	want := s.tables(t)
	s.dropTables(t)
	if err := s.begin(); err != nil {
		t.Fatalf("%v\n%s", err, s.logs())
	}
	s.ready(t, 503)
	c := s.client(t)
	c.do("GET", s.AdminURL+"/livez", nil).want(200)
	if got := s.tables(t); len(got) != 0 {
		t.Errorf("serve made the tables %v", got)
	}
	if out, code := s.run(t, "doctor"); code == 0 {
		t.Errorf("doctor finds nothing: %s", out)
	}
	s.must(t, "migrate")
	s.ready(t, 200)
	if got := s.tables(t); !slices.Equal(got, want) {
		t.Errorf("tables %v, want %v", got, want)
	}
	s.signIn(t)
}
