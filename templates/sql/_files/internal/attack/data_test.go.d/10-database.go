package attack

import (
	"database/sql"
	"fmt"
	"net/url"
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

// keepNote makes a note and returns its id.
func (c *client) keepNote(title, body string) string {
	c.t.Helper()
	var n struct{ ID string }
	c.do("POST", "/api/v1/notes", map[string]string{"title": title, "body": body}).want(201).json(&n)
	return n.ID
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

// The service itself never changes the schema: without one it is alive and not ready, and migrate mends that while it runs (H9).
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
	s.signIn(t).keepNote("works", "now")
}

// Attack strings in every field and parameter come back as they are or are refused, and never reach another row (H5).
func TestInjection(t *testing.T) {
	t.Parallel()
	s := shared(t)
	victim, c := s.signIn(t), s.signIn(t)
	theirs := victim.keepNote("of the victim", "of the victim")
	count := func() int {
		t.Helper()
		var page struct{ Notes []struct{ ID string } }
		c.do("GET", "/api/v1/notes?limit=100", nil).want(200).json(&page)
		return len(page.Notes)
	}
	attacks := []string{
		`' OR 1=1--`, `'; DROP TABLE notes; --`, `" OR ""="`, `') UNION SELECT id, owner, title, body, created_at, updated_at FROM notes--`,
		`$1`, `%`, `\'; DELETE FROM notes; --`, `1; SELECT pg_sleep(10)`, `{"$gt":""}`,
	}
	before := count()
	for i, text := range attacks {
		id := c.keepNote(text, text)
		var n struct{ Title, Body string }
		c.do("GET", "/api/v1/notes/"+id, nil).want(200).json(&n)
		if n.Title != text || n.Body != text {
			t.Errorf("%q came back as %+v", text, n)
		}
		c.do("PATCH", "/api/v1/notes/"+id, map[string]string{"title": text, "body": text}).want(200)
		escaped := url.PathEscape(text)
		for _, method := range []string{"GET", "DELETE"} {
			if res := c.do(method, "/api/v1/notes/"+escaped, nil); res.Status != 404 {
				t.Errorf("%s of the id %q: %d", method, text, res.Status)
			}
		}
		for _, parameter := range []string{"limit", "cursor", "sort", "owner"} {
			if res := c.do("GET", fmt.Sprintf("/api/v1/notes?%s=%s", parameter, url.QueryEscape(text)), nil); res.Status != 400 {
				t.Errorf("%s=%q: %d", parameter, text, res.Status)
			}
		}
		if got := count(); got != before+i+1 {
			t.Errorf("after %q there are %d notes, want %d", text, got, before+i+1)
		}
	}
	victim.do("GET", "/api/v1/notes/"+theirs, nil).want(200)
}
