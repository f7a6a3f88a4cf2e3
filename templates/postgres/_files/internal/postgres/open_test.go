package postgres

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/dbtest"
)

// fresh are the settings of the service for an empty database of the test's own.
func fresh(t *testing.T) config.Config {
	t.Helper()
	return settingsOf(dbtest.New(t))
}

func settingsOf(d dbtest.Database) config.Config {
	return config.Config{
		DatabaseURL:         config.Secret(d.URL),
		MigrateDatabaseURL:  config.Secret(d.OwnerURL),
		DatabaseConnections: 5,
		DatabaseWait:        10 * time.Second,
	}
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
