// Package sqlite keeps the service's data in one SQLite file, through modernc.org/sqlite: no C compiler, nothing else to
// install.
//
// Open makes the file if it is missing, readable by its owner alone, and never changes a schema: Migrate does. Every
// statement goes through a placeholder ($1); no query is put together from values (ASVS 5.0.0 V1.2.4). Queries are those of
// the other databases: what differs is in this file and in errors.go.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver, under the name sqlite

	"example.com/app/internal/config"
)

// connections is how many may be open: one writes at a time, the others read at the same time. More would only wait for the disk.
const connections = 8

// settings hold for every connection. Operators cannot change them, so that no URL can switch one off.
var settings = url.Values{
	"_journal_mode": {"WAL"},       // readers and the writer do not wait for each other
	"_synchronous":  {"FULL"},      // a session that was revoked must not be back after a power cut
	"_busy_timeout": {"5000"},      // milliseconds to wait for the writer before it is a 503
	"_txlock":       {"immediate"}, // a transaction that will write says so at once, or two could deadlock
	"_foreign_keys": {"on"},        // off by default in SQLite; erasing an account relies on it
	"_defensive":    {"1"},         // no SQL may damage the file
	"_dqs":          {"0"},         // a misspelt column is an error, not a string
	"_pragma": {
		"trusted_schema(off)", // a planted schema may not call functions with effects
		"cell_size_check(on)", // a damaged page is an error, not a crash
		"secure_delete(on)",   // what was erased is overwritten
		"temp_store(memory)",  // no plain temporary file next to the 0600 one
	},
	"_time_integer_format": {"unix_micro"}, // times sort and compare as numbers, with the precision of the other databases
	"_inttotime":           {"1"},          // and come back as time.Time in UTC
}

// Open opens the file that DATABASE_URL names.
func Open(ctx context.Context, c config.Config) (*sql.DB, error) {
	path, err := Path(c.DatabaseURL)
	if err != nil {
		return nil, err
	}
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", source(path))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections) // opening a connection sets everything above again
	if err := ready(ctx, db.PingContext); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// ready opens the first connection. The one that turns a new file to WAL needs it for itself, and SQLite does not wait for that as it
// waits for a writer (https://www.sqlite.org/wal.html): of several programs that start at once, those that come second try again.
func ready(ctx context.Context, ping func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for {
		err := ping(ctx)
		if err == nil || !busy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Path returns the name of the file in a URL such as file:orders.db or file:///var/lib/orders/orders.db.
func Path(databaseURL config.Secret) (string, error) {
	path, ok := strings.CutPrefix(databaseURL.Reveal(), "file:")
	if rest, authority := strings.CutPrefix(path, "//"); authority {
		path, ok = rest, ok && strings.HasPrefix(rest, "/")
	}
	if !ok || path == "" || strings.HasPrefix(path, ":") || strings.ContainsAny(path, "?#%\x00") {
		return "", errors.New("DATABASE_URL: want file: and the name of a file, without parameters")
	}
	return path, nil
}

func source(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}

// createPrivate makes an empty database that only its owner may read (CWE-732). SQLite gives its -wal and -shm files the mode of
// the database, but makes the database itself with what the umask leaves.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	return f.Close()
}
