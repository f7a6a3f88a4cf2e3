package sqlite

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/app/internal/config"
)

// A backup is private, consistent while the service runs, and can be restored once it has stopped.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "test.db"), filepath.Join(dir, "copy.db")
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
	if err := Backup(ctx, c, copied); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy: %v, %v", info, err)
	}
	if err := Backup(ctx, c, copied); err == nil {
		t.Error("a backup replaces a file")
	}
	exec(`INSERT INTO goose_db_version VALUES (7)`)
	if err := Restore(ctx, c, copied); err == nil || !strings.Contains(err.Error(), "stop the service first") {
		t.Errorf("restored under a running service: %v", err)
	}
	if n := rows(t, db); n != 1 {
		t.Errorf("a refused restore changed the database: %d rows", n)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	other := filepath.Join(dir, "other.db")
	if err := os.WriteFile(other, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, from := range []string{other, filepath.Join(dir, "gone.db")} {
		if err := Restore(ctx, c, from); err == nil {
			t.Errorf("restored from %s", from)
		}
	}
	if err := os.Chmod(copied, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := Restore(ctx, c, copied); err != nil {
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
	if left, err := filepath.Glob(path + "-restore*"); err != nil || len(left) > 0 {
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
