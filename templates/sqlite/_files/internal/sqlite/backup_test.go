package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/app/internal/config"
)

// A backup is consistent while the service runs, and can be restored once it has stopped.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "test.db")
	c := config.Config{DatabaseURL: config.Secret("file:" + path)}
	db, err := Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	exec := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TABLE goose_db_version (id INTEGER)`)
	var copied bytes.Buffer
	if err := Backup(ctx, c, &copied); err != nil {
		t.Fatal(err)
	}
	exec(`INSERT INTO goose_db_version VALUES (7)`)
	if err := Restore(ctx, c, bytes.NewReader(copied.Bytes())); err == nil || !strings.Contains(err.Error(), "stop the service first") {
		t.Errorf("restored under a running service: %v", err)
	}
	if n := rows(t, db); n != 1 {
		t.Errorf("a refused restore changed the database: %d rows", n)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Restore(ctx, c, strings.NewReader("not a database")); err == nil {
		t.Error("restored from something else")
	}
	if err := Restore(ctx, c, &copied); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(ctx, c); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if n := rows(t, db); n != 0 {
		t.Errorf("%d rows after the restore", n)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the restored database: %v, %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "copy-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func rows(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	if err := db.QueryRowContext(context.Background(), `SELECT count(*) FROM goose_db_version`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
