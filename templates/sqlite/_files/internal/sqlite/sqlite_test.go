package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/problem"
)

// fresh returns settings for a new file.
func fresh(t *testing.T) config.Config {
	t.Helper()
	return config.Config{DatabaseURL: config.Secret("file:" + filepath.Join(t.TempDir(), "test.db"))}
}

// open returns a new database with a current schema.
func open(t *testing.T) *sql.DB {
	t.Helper()
	return openAt(t, fresh(t))
}

func openAt(t *testing.T, c config.Config) *sql.DB {
	t.Helper()
	if _, err := Migrate(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), c)
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

// scratch adds a table with one row.
func scratch(t *testing.T, db *sql.DB, text string) {
	t.Helper()
	if _, err := db.Exec(`CREATE TABLE scratch (text text NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO scratch (text) VALUES ($1)`, text); err != nil {
		t.Fatal(err)
	}
}

// Of programs that start at once on a new file, those that find it busy try again (H9); what is not that is said at once.
func TestOpenTriesAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "test.db")
	var busyError error
	for _, begin := range []string{"BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"} {
		db, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(1)
		_, busyError = db.ExecContext(ctx, begin)
	}
	if !busy(busyError) {
		t.Fatalf("two writers at once: %v", busyError)
	}
	for _, tt := range []struct {
		err   error
		tries int
	}{{busyError, 3}, {sql.ErrConnDone, 1}} {
		tries := 0
		err := ready(ctx, func(context.Context) error {
			if tries++; tries < 3 {
				return tt.err
			}
			return nil
		})
		if tries != tt.tries || tt.tries == 3 && err != nil {
			t.Errorf("%v: %d tries, want %d: %v", tt.err, tries, tt.tries, err)
		}
	}
}

// Every file of the database is private to its owner, with any umask (H8).
func TestFileIsPrivate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openAt(t, config.Config{DatabaseURL: config.Secret("file:" + filepath.Join(dir, "test.db"))})
	scratch(t, db, "text")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 3 {
		t.Errorf("only %v: the log of writes is missing", files)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f.Name(), info.Mode())
		}
	}
}

// Every connection of the pool has all settings (H8).
func TestSettingsHold(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), open(t)
	scratch(t, db, "text")
	for range connections {
		c, err := db.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close() //nolint:revive // all are held until the end, so that each round gets another one
		for pragma, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000",
			"trusted_schema": "0", "cell_size_check": "1", "secure_delete": "1", "temp_store": "2",
		} {
			var got string
			if err := c.QueryRowContext(ctx, `PRAGMA `+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %q, %v; want %q", pragma, got, err, want)
			}
		}
		for _, statement := range []string{
			`INSERT INTO scratch (text) VALUES ("1")`,                // a string in double quotes
			`PRAGMA writable_schema = ON; DELETE FROM sqlite_schema`, // damage by SQL
		} {
			if _, err := c.ExecContext(ctx, statement); err == nil {
				t.Errorf("%s: accepted", statement)
			}
		}
	}
}

// Erased text is no longer in the file, nor in the write-ahead log after a checkpoint (X8).
func TestErasedIsOverwritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	db := openAt(t, config.Config{DatabaseURL: config.Secret("file:" + path)})
	scratch(t, db, strings.Repeat("canary ", 2000)) // over several pages
	contents := func() string {
		t.Helper()
		if _, err := db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if !strings.Contains(contents(), "canary") {
		t.Fatal("the text is not in the file: the test proves nothing")
	}
	if _, err := db.Exec(`DELETE FROM scratch`); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(contents(), "canary") {
		t.Error("erased text is still in the file")
	}
}

// A migrator waits for the one before, also in another process: the lock is a file's (H9).
func TestMigratorsTakeTurns(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := fresh(t)
	path, err := Path(c.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	before := &turn{path: path + "-migrate"}
	if err := before.Lock(ctx, nil); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := Migrate(ctx, c)
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("it did not wait: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	if err := before.Unlock(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// The pool opens no more connections than it may, however many requests there are (H2).
func TestPoolIsBounded(t *testing.T) {
	t.Parallel()
	db := open(t)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := db.Exec(`SELECT count(*) FROM goose_db_version a, goose_db_version b`); err != nil {
				t.Error(err)
			}
			if n := db.Stats().OpenConnections; n > connections {
				t.Errorf("%d connections, want at most %d", n, connections)
			}
		})
	}
	wg.Wait()
	if n := db.Stats().MaxOpenConnections; n != connections {
		t.Errorf("the pool may hold %d connections, want %d", n, connections)
	}
}

// A query that outlives its request ends with it, and is a 503 (H3).
func TestSlowStatement(t *testing.T) {
	t.Parallel()
	db := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	var n int
	err := fail("count", db.QueryRowContext(ctx,
		`WITH RECURSIVE forever (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM forever) SELECT count(*) FROM forever`).Scan(&n))
	if problem.From(err).Status != 503 {
		t.Error(err)
	}
}

// Two requests that read and then write cannot deadlock: the second waits for the first, and sees what it did (H10).
func TestTransactionsTakeTurns(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), open(t)
	scratch(t, db, "")
	read := func(tx interface{ QueryRow(string, ...any) *sql.Row }) (text string, err error) {
		return text, tx.QueryRow(`SELECT text FROM scratch`).Scan(&text)
	}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer tx.Rollback() //nolint:errcheck // does nothing after Commit
			text, err := read(tx)
			time.Sleep(time.Millisecond)
			_, werr := tx.Exec(`UPDATE scratch SET text = $1`, text+"x")
			if err := errors.Join(err, werr, tx.Commit()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if text, err := read(db); err != nil || text != "xxxxxxxxxx" {
		t.Errorf("%q, %v", text, err)
	}
}

// While another connection writes for too long, a write is a 503 (H3).
func TestBusyDatabase(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), open(t)
	scratch(t, db, "text")
	other, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Rollback() //nolint:errcheck // nothing was written
	c, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, `PRAGMA busy_timeout = 50`); err != nil { // or the test would take five seconds
		t.Fatal(err)
	}
	_, err = c.ExecContext(ctx, `DELETE FROM scratch`)
	if got := problem.From(fail("delete", err)); got.Status != 503 {
		t.Errorf("%v answers %v", err, got)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"file:orders.db":               "orders.db",
		"file:./data/orders.db":        "./data/orders.db",
		"file:/data/orders.db":         "/data/orders.db",
		"file:///data/orders.db":       "/data/orders.db",
		"file:with space.db":           "with space.db",
		"":                             "",
		"orders.db":                    "",
		"file:":                        "",
		"file://host/orders.db":        "",
		"file::memory:":                "",
		"file:orders.db?_pragma=x":     "",
		"file:orders.db?mode=memory":   "",
		"file:orders.db#fragment":      "",
		"file:orders%2edb":             "",
		"postgres://db.example.com/db": "",
	} {
		got, err := Path(config.Secret(text))
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
}

// Characters that mean something in a URL are part of the file name and nothing else.
func TestOddFileName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openAt(t, config.Config{DatabaseURL: config.Secret("file:" + filepath.Join(dir, "a b&_pragma=foreign_keys(off)+é.db"))})
	scratch(t, db, "text")
	if _, err := os.Stat(filepath.Join(dir, "a b&_pragma=foreign_keys(off)+é.db")); err != nil {
		t.Error(err)
	}
}
