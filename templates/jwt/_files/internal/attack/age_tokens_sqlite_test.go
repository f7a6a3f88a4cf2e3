package attack

import (
	"testing"
	"time"
)

// age makes the sessions of a user older, as far as the database is concerned: times are microseconds there.
func (s *service) age(t *testing.T, user string, by time.Duration) {
	t.Helper()
	if _, err := s.openDatabase(t).Exec(`UPDATE token_sessions SET created_at = created_at - $1 WHERE user_id = $2`, by.Microseconds(), user); err != nil {
		t.Fatal(err)
	}
}
