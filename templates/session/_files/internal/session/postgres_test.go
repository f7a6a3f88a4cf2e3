package session_test

import (
	"testing"

	"example.com/app/internal/accounts"
	"example.com/app/internal/dbtest"
	"example.com/app/internal/postgres"
	"example.com/app/internal/session"
)

// newStores returns the stores of sessions and users in a new database.
func newStores(t *testing.T) (session.Store, accounts.Store) {
	t.Helper()
	c := dbtest.Config(t)
	if _, err := postgres.Migrate(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return postgres.NewSessions(db), postgres.NewAccounts(db)
}
