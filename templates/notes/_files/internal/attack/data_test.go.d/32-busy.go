package attack

import (
	"testing"
	"time"
)

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
