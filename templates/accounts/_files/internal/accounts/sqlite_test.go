package accounts_test

import (
	"path/filepath"
	"testing"

	"example.com/app/internal/accounts"
	"example.com/app/internal/config"
	"example.com/app/internal/sqlite"
)

// newStore returns an empty store in a new database, and what runs a statement there.
func newStore(t testing.TB) (accounts.Store, func(statement string, args ...any)) {
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
	return sqlite.NewAccounts(db), func(statement string, args ...any) {
		t.Helper()
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatal(err)
		}
	}
}
