package attack

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// databaseFile is the database in the working directory of every service under attack.
const databaseFile = "attack.db"

func databaseEnv(*testing.T, string) []string { return []string{"DATABASE_URL=file:" + databaseFile} }

// databaseDump is everything that the database holds: all its bytes. What waits in the log of writes
// is moved into the file first, so that what was erased is gone from both.
func (s *service) databaseDump(t *testing.T) string {
	t.Helper()
	s.databaseExec(t, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return s.databaseBytes(t)
}

// databaseBytes are the bytes of all files of the database as they are now.
func (s *service) databaseBytes(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, suffix := range []string{"", "-wal", "-journal"} {
		b, err := os.ReadFile(filepath.Join(s.dir, databaseFile+suffix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		all.Write(b)
	}
	if all.Len() == 0 {
		t.Fatal("the database is empty")
	}
	return all.String()
}

// openDatabase opens the file that the service uses.
func (s *service) openDatabase(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, databaseFile)+"?_busy_timeout=5000")
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

// dropTables leaves an empty database, as before the first migrate.
func (s *service) dropTables(t *testing.T) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(filepath.Join(s.dir, databaseFile+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

// tables are the names of all tables.
func (s *service) tables(t *testing.T) []string {
	t.Helper()
	return s.databaseTexts(t, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
}

// older moves a time of the user's rows in a table back. Times are microseconds.
func (s *service) older(t *testing.T, table, column, userID string, by time.Duration) {
	t.Helper()
	if _, err := s.openDatabase(t).Exec(`UPDATE `+table+` SET `+column+` = `+column+` - $1 WHERE user_id = $2`, by.Microseconds(), userID); err != nil {
		t.Fatal(err)
	}
}
