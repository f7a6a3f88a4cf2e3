package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"github.com/pressly/goose/v3"

	"example.com/app/internal/config"
)

const dialect = goose.DialectSQLite3

// owner opens the database to change its schema. SQLite has no roles: anybody who can write the file can do both.
func owner(ctx context.Context, c config.Config) (*sql.DB, goose.ProviderOption, error) {
	path, err := Path(c.DatabaseURL)
	if err != nil {
		return nil, nil, err
	}
	db, err := Open(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	return db, goose.WithLocker(&turn{path: path + "-migrate"}), nil
}

// A turn makes concurrent migrations wait for each other: goose reads what is applied and then applies the rest, and two of them
// would both try. The lock is SQLite's own, on an empty file next to the database, so that the operating system releases it with
// the process that held it.
type turn struct {
	path string
	db   *sql.DB
}

// Lock waits up to a minute.
func (l *turn) Lock(ctx context.Context, _ *sql.DB) error {
	if err := createPrivate(l.path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: l.path}).EscapedPath()+"?_busy_timeout=60000")
	if err != nil {
		return fmt.Errorf("lock the schema: %w", err)
	}
	db.SetMaxOpenConns(1) // the transaction that follows belongs to the connection
	if _, err := db.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return errors.Join(fmt.Errorf("lock the schema: %w", err), db.Close())
	}
	l.db = db
	return nil
}

// Unlock lets the next one in. The file stays: if it were removed, a third migration could lock a new one.
func (l *turn) Unlock(context.Context, *sql.DB) error { return l.db.Close() }
