package sqlite

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"example.com/app/internal/config"
)

// fresh are the settings of the service for a file of the test's own.
func fresh(t *testing.T) config.Config {
	t.Helper()
	return config.Config{DatabaseURL: config.Secret("file:" + filepath.Join(t.TempDir(), "test.db"))}
}

// open returns a database of the test's own with a current schema, as the service would use it.
func open(t *testing.T) *sql.DB {
	t.Helper()
	return openAt(t, fresh(t))
}

func openAt(t *testing.T, c config.Config) *sql.DB {
	t.Helper()
	if _, err := Migrate(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	db, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
