package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	"example.com/app/internal/config"
)

// Backup writes a consistent copy of the database to a new file that only its owner can read. The service may run meanwhile.
func Backup(ctx context.Context, c config.Config, to string) error {
	path, err := Path(c.DatabaseURL)
	if err != nil {
		return err
	}
	return snapshot(ctx, path, "_busy_timeout=5000", to)
}

// Restore replaces the database with a copy that Backup wrote. It refuses while another program has the database open, and
// copies first, so that a copy that cannot be read leaves the database as it is.
func Restore(ctx context.Context, c config.Config, from string) error {
	path, err := Path(c.DatabaseURL)
	if err != nil {
		return err
	}
	next := path + "-restore"
	if err := snapshot(ctx, from, "mode=ro&immutable=1", next); err != nil { // it may lie in a directory that is read-only
		return err
	}
	err = alone(ctx, path)
	for _, old := range []string{path + "-wal", path + "-shm"} {
		if err == nil {
			if err = os.Remove(old); errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
		}
	}
	if err == nil {
		err = os.Rename(next, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("restore database: %w", err), os.Remove(next))
	}
	return nil
}

// snapshot copies a database, with what is still in its -wal, into a new file.
func snapshot(ctx context.Context, from, parameters, to string) error {
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("copy database: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: from}).EscapedPath()+"?"+parameters)
	if err == nil {
		// A database without a table of versions is not one of ours.
		_, err = db.ExecContext(ctx, `SELECT count(*) FROM goose_db_version`)
		if err == nil {
			_, err = db.ExecContext(ctx, `VACUUM INTO $1`, to)
		}
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		return errors.Join(fmt.Errorf("copy database: %w", err), os.Remove(to))
	}
	return nil
}

// alone returns an error if another program has the database open: only the last connection may take it out of WAL mode.
// A database that is missing or damaged can be replaced.
func alone(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return nil //nolint:nilerr // nothing to protect
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_busy_timeout=1000")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `PRAGMA journal_mode=DELETE`)
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil && busy(err) {
		return errors.New("the database is in use: stop the service first")
	}
	return nil
}
