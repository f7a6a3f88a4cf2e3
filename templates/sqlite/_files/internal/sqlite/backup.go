package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"example.com/app/internal/config"
)

// Backup writes a consistent copy of the database. The service may run meanwhile.
func Backup(ctx context.Context, c config.Config, to io.Writer) error {
	err := beside(c, func(path, dir string) error {
		copied := filepath.Join(dir, "copy.db")
		if err := snapshot(ctx, path, copied); err != nil {
			return err
		}
		f, err := os.Open(copied) //nolint:gosec // it was just written
		if err != nil {
			return err
		}
		_, err = io.Copy(to, f)
		return errors.Join(err, f.Close())
	})
	if err != nil {
		return fmt.Errorf("back up database: %w", err)
	}
	return nil
}

// Restore replaces the database with a copy that Backup wrote. It refuses while another program has the database open. A copy
// that cannot be read leaves the database as it is.
func Restore(ctx context.Context, c config.Config, from io.Reader) error {
	err := beside(c, func(path, dir string) error {
		given, next := filepath.Join(dir, "given.db"), filepath.Join(dir, "next.db")
		f, err := os.OpenFile(given, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // in a directory of our own
		if err != nil {
			return err
		}
		_, err = io.Copy(f, from)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		if err := snapshot(ctx, given, next); err != nil {
			return err
		}
		if err := alone(ctx, path); err != nil {
			return err
		}
		for _, old := range []string{path + "-wal", path + "-shm"} {
			if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return os.Rename(next, path)
	})
	if err != nil {
		return fmt.Errorf("restore database: %w", err)
	}
	return nil
}

// beside runs do with the database's file and a private directory on the same disk.
func beside(c config.Config, do func(path, dir string) error) error {
	path, err := Path(c.DatabaseURL)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), "copy-")
	if err != nil {
		return err
	}
	return errors.Join(do(path, dir), os.RemoveAll(dir))
}

// snapshot copies a database, with what is still in its -wal, into a new file.
func snapshot(ctx context.Context, from, to string) error {
	if _, err := os.Stat(from); err != nil {
		return err
	}
	if err := createPrivate(to); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: from}).EscapedPath()+"?_busy_timeout=5000")
	if err != nil {
		return err
	}
	// A database without a table of versions is not one of ours.
	_, err = db.ExecContext(ctx, `SELECT count(*) FROM goose_db_version`)
	if err == nil {
		_, err = db.ExecContext(ctx, `VACUUM INTO $1`, to)
	}
	return errors.Join(err, db.Close())
}

// alone returns an error if another program has the database open: only the last connection may take it out of WAL mode.
// A database that is missing or damaged can be replaced.
func alone(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err != nil {
		return nil // nothing to protect
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_busy_timeout=1000")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `PRAGMA journal_mode=DELETE`)
	if err = errors.Join(err, db.Close()); err != nil && busy(err) {
		return errors.New("the database is in use: stop the service first")
	}
	return nil
}
