package session_test

import (
	"path/filepath"
	"testing"

	"example.com/app/internal/accounts"
	"example.com/app/internal/config"
	"example.com/app/internal/session"
	"example.com/app/internal/sqlite"
)

// newStores returns the stores of sessions and users in a new database.
func newStores(t *testing.T) (session.Store, accounts.Store) {
	t.Helper()
	c := config.Config{DatabaseURL: config.Secret("file:" + filepath.Join(t.TempDir(), "test.db"))}
	if _, err := sqlite.Migrate(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() }) // the folder is removed next
	return sqlite.NewSessions(db), sqlite.NewAccounts(db)
}
