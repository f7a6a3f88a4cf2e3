package attack

import (
	"testing"
	"time"
)

// age makes the sessions of a user older, as far as the database is concerned.
func (s *service) age(t *testing.T, user string, by time.Duration) {
	t.Helper()
	if _, err := s.openDatabase(t).Exec(`UPDATE token_sessions SET created_at = created_at - make_interval(secs => $1) WHERE user_id = $2`, by.Seconds(), user); err != nil {
		t.Fatal(err)
	}
}
