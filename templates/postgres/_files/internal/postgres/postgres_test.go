package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3/lock"

	"example.com/app/internal/config"
	"example.com/app/internal/dbtest"
	"example.com/app/internal/problem"
)

// A migrator waits while another one works.
func TestMigratorsTakeTurns(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := fresh(t)
	db, err := Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	before, err := db.Conn(ctx) // the lock belongs to the connection
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	if _, err := before.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(lock.DefaultLockID)); err != nil {
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
	case <-time.After(3 * time.Second):
	}
	if _, err := before.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", int64(lock.DefaultLockID)); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// canary is a password that no report may carry.
const canary = "hunter2"

// fresh returns settings for an empty database.
func fresh(t *testing.T) config.Config {
	t.Helper()
	return dbtest.Config(t)
}

// open returns a new database with a current schema, as the service uses it.
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

// A URL that would talk to another machine without knowing which one is refused, in every form (H1).
func TestServerMustProveItsName(t *testing.T) {
	for _, tt := range []struct {
		url, mode string // mode is PGSSLMODE, which pgx takes from the environment
		verified  bool
	}{
		{"postgres://u:password@db.example.com/d?sslmode=verify-full", "", true},
		{"postgres://u:password@db.example.com/d?sslmode=verify-full", "disable", true},
		{"postgres://u:password@192.0.2.1/d?sslmode=verify-full", "", true},
		{"postgresql://u:password@db.example.com:6432/d?sslmode=verify-full", "", true},
		{"postgres://u:password@db.example.com/d", "verify-full", true},
		{"postgres://u:password@127.0.0.1/d", "", true},
		{"postgres://u:password@[::1]/d?sslmode=disable", "", true},
		{"postgres://u:password@localhost/d?sslmode=disable", "", true},
		{"postgres:///d?host=/run/postgresql", "", true},

		{"postgres://u:password@db.example.com/d", "", false},
		{"postgres://u:password@db.example.com/d", "require", false},
		{"postgres://u:password@db.example.com/d?sslmode=disable", "", false},
		{"postgres://u:password@db.example.com/d?sslmode=allow", "", false},
		{"postgres://u:password@db.example.com/d?sslmode=prefer", "", false},
		{"postgres://u:password@db.example.com/d?sslmode=require", "", false},
		{"postgres://u:password@db.example.com/d?sslmode=verify-ca", "", false},
		{"postgres://u:password@db.example.com/d?sslmode=verify-full&sslmode=require", "", false},
		{"postgres://u:password@127.0.0.1,db.example.com/d?sslmode=require", "", false},
		{"postgres://u:password@127.0.0.1/d?host=db.example.com&sslmode=require", "", false},
		{"postgres://u:password@localhost.example.com/d?sslmode=require", "", false},
		{"postgres://u:password@127.0.0.1.example.com/d?sslmode=require", "", false},
		{"postgres://u:password@192.0.2.1/d?sslmode=require", "", false},
	} {
		t.Setenv("PGSSLMODE", tt.mode)
		if got := Verified(config.Secret(tt.url)); got != tt.verified {
			t.Errorf("%s with PGSSLMODE=%s: verified %v, want %v", tt.url, tt.mode, got, tt.verified)
		}
		_, err := parse("DATABASE_URL", config.Secret(tt.url))
		if (err == nil) != tt.verified {
			t.Errorf("%s with PGSSLMODE=%s: %v", tt.url, tt.mode, err)
		}
	}
}

// Parameters that read files or reach elsewhere are refused, and no report carries the URL or a part of it.
func TestURLIsNeverRepeated(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"mysql://someuser:" + canary + "@somehost/d",
		"postgres://someuser:" + canary + "@somehost:port/d?sslmode=verify-full",
		"postgres://someuser:" + canary + "@somehost/d?sslmode=require",
		"postgres://someuser:" + canary + "@somehost/d?sslmode=verify-full&service=other",
		"postgres://someuser:" + canary + "@somehost/d?sslmode=verify-full&servicefile=/etc/passwd",
		"postgres://someuser:" + canary + "@somehost/d?sslmode=verify-full&passfile=/etc/passwd",
		"postgres://someuser:" + canary + "@somehost/d?sslmode=verify-full&options=-c%20statement_timeout=0",
		"postgres://someuser:" + canary + "@somehost/d?sslmode=verify-full&statement_timeout=0",
		"postgres://someuser:" + canary + "@somehost/d?sslmode=sometimes",
		"postgres://someuser:" + canary + "@some host/d",
	} {
		_, err := parse("DATABASE_URL", config.Secret(url))
		if err == nil {
			t.Errorf("%s: accepted", url)
			continue
		}
		for _, part := range []string{canary, "someuser", "somehost"} {
			if strings.Contains(err.Error(), part) {
				t.Errorf("%s: the report says %v", url, err)
			}
		}
		if !strings.HasPrefix(err.Error(), "DATABASE_URL: ") {
			t.Errorf("%s: the report says %v", url, err)
		}
	}
}

// Neither a certificate for another name, nor one of an unknown authority, nor a server without TLS hears a user's name (H1).
func TestImpostorsHearNothing(t *testing.T) {
	t.Parallel()
	known, unknown := authority(t), authority(t)
	ca := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(ca, known.PEM, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, impostor := range map[string]*dbtest.Impostor{
		"another name":      dbtest.NewImpostor(t, known, "db.example.com"),
		"unknown authority": dbtest.NewImpostor(t, unknown, "127.0.0.1"),
		"no TLS":            dbtest.NewImpostor(t, nil, ""),
	} {
		db, err := Open(context.Background(), config.Config{
			DatabaseURL:         config.Secret("postgres://someuser:" + canary + "@" + impostor.Addr + "/d?sslmode=verify-full&sslrootcert=" + ca),
			DatabaseConnections: 1,
			DatabaseWait:        200 * time.Millisecond,
		})
		if err == nil {
			t.Errorf("%s: connected", name)
			_ = db.Close() // the test has failed already
		}
		if clients, told := impostor.Met(); clients == 0 || told != "" {
			t.Errorf("%s: %d clients came and told %q", name, clients, told)
		}
	}
	// The same certificate for the right name is good, or the test above would prove nothing.
	honest := dbtest.NewImpostor(t, known, "127.0.0.1")
	_, _ = Open(context.Background(), config.Config{ // it cannot go on: the impostor knows no more of the protocol
		DatabaseURL:         config.Secret("postgres://someuser:" + canary + "@" + honest.Addr + "/d?sslmode=verify-full&sslrootcert=" + ca),
		DatabaseConnections: 1,
		DatabaseWait:        200 * time.Millisecond,
	})
	if _, told := honest.Met(); !strings.Contains(told, "someuser") {
		t.Errorf("the right server hears %q", told)
	}
}

func authority(t *testing.T) *dbtest.Authority {
	t.Helper()
	a, err := dbtest.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A database that never comes ends the start in the time that DATABASE_WAIT gives it (H4).
func TestWaitIsBounded(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() // accepts and says nothing
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err = Open(ctx, config.Config{
		DatabaseURL:         config.Secret("postgres://u:password@" + l.Addr().String() + "/d?sslmode=disable"),
		DatabaseConnections: 1,
		DatabaseWait:        300 * time.Millisecond,
	})
	if err == nil || ctx.Err() != nil {
		t.Error(err, ctx.Err())
	}
}

// The server ends what takes too long, even if the service does not (H3).
func TestLimitsHold(t *testing.T) {
	t.Parallel()
	db := open(t)
	for name, want := range map[string]string{"statement_timeout": "5s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "10s"} {
		var got string
		if err := db.QueryRow(`SELECT current_setting($1)`, name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", name, got, err, want)
		}
	}
}

// A statement that runs into a limit, the server's or the request's, is a 503, and is gone from the server (H3).
func TestSlowStatement(t *testing.T) {
	t.Parallel()
	db := open(t)
	sleeping := func() (n int) {
		t.Helper()
		if err := db.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, run := range map[string]func() error{
		"limit of the server": func() error {
			tx, err := db.BeginTx(context.Background(), nil)
			if err != nil {
				return err
			}
			defer tx.Rollback() //nolint:errcheck // the statement below fails
			if _, err := tx.Exec(`SET LOCAL statement_timeout = 50`); err != nil {
				return err
			}
			_, err = tx.Exec(`SELECT pg_sleep(30)`)
			return fail("sleep", err)
		},
		"limit of the request": func() error {
			ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel()
			_, err := db.ExecContext(ctx, `SELECT pg_sleep(30)`)
			return fail("sleep", err)
		},
	} {
		if err := run(); problem.From(err).Status != 503 {
			t.Errorf("%s: %v", name, err)
		}
		end := time.Now().Add(20 * time.Second)
		for sleeping() > 0 && time.Now().Before(end) {
			time.Sleep(10 * time.Millisecond)
		}
		if n := sleeping(); n > 0 {
			t.Errorf("%s: %d statements still run", name, n)
		}
	}
}

// However much is asked at once, no more connections are opened than we may (H2).
func TestPoolIsBounded(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	db := openAt(t, d.Config())
	watch, err := sql.Open("pgx", d.AdminURL)
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close()
	var most atomic.Int32
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			var n int32
			if err := watch.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&n); err != nil {
				t.Error(err)
				return
			}
			most.Store(max(most.Load(), n))
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	})
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			if _, err := db.Exec(`SELECT pg_sleep(0.02)`); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	close(done)
	watching.Wait()
	if n := most.Load(); n < 2 || n > 5 {
		t.Errorf("up to %d connections, want some and at most 5", n)
	}
}

// The role that the service works as reads and writes rows and does nothing else (H9, least privilege).
func TestServiceCannotChangeTheSchema(t *testing.T) {
	t.Parallel()
	db := open(t)
	for _, statement := range []string{
		`CREATE TABLE more (id int)`, `CREATE TEMPORARY TABLE more (id int)`, `CREATE SCHEMA more`, `DROP TABLE goose_db_version`, `TRUNCATE goose_db_version`,
		`ALTER TABLE goose_db_version ADD COLUMN more int`, `CREATE INDEX more ON goose_db_version (version_id)`, `CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
		`CREATE ROLE more`, `ALTER ROLE CURRENT_USER SUPERUSER`, `SELECT rolpassword FROM pg_authid`, `COPY goose_db_version TO PROGRAM 'cat'`, `SELECT pg_read_file('/etc/passwd')`,
	} {
		_, err := db.Exec(statement)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("%s: %v, want insufficient privilege", statement, err)
		}
	}
	if _, err := db.Exec(`DELETE FROM goose_db_version`); err != nil {
		t.Errorf("rows: %v", err)
	}
}

func TestWhatIsWorthTryingAgain(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"57014": true, "57P01": true, "57P03": true, "53300": true, "55P03": true, "40P01": true, "40001": true, "08006": true, "25P03": true,
		"23505": false, "42P01": false, "42501": false, "22001": false, "25P02": false, "": false,
	} {
		if got := unavailable(fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code})); got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
	for err, want := range map[error]bool{
		&net.OpError{Op: "read", Err: errors.New("reset")}: true,
		io.ErrUnexpectedEOF:      true,
		context.DeadlineExceeded: true,
		context.Canceled:         false,
		sql.ErrNoRows:            false,
	} {
		if got := unavailable(fmt.Errorf("wrapped: %w", err)); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}
