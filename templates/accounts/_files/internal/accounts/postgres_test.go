package accounts_test

import (
	"testing"

	"example.com/app/internal/accounts"
	"example.com/app/internal/dbtest"
	"example.com/app/internal/postgres"
)

// newStore returns an empty store in a new database, and what runs a statement there.
func newStore(t testing.TB) (accounts.Store, func(statement string, args ...any)) {
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
	return postgres.NewAccounts(db), func(statement string, args ...any) {
		t.Helper()
		if _, err := db.Exec(statement, args...); err != nil {
			t.Fatal(err)
		}
	}
}
