// Package dbtest gives tests a database on a real PostgreSQL server. Only tests import it.
//
// The server is the one that TEST_DATABASE_URL names, or one that is started for the test binary from the initdb and postgres
// on PATH, with TLS and passwords as in production, and that ends with the binary however it ends. Without either a test
// fails; it never skips.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver, under the name pgx

	"example.com/app/internal/config"
)

// A Database is empty except for its roles, and belongs to one test.
type Database struct {
	URL      string // as the service works: rows only
	OwnerURL string // as migrate works: the schema too
	AdminURL string // as a role that may do everything
}

// shared is the server of this test binary. The reference matters: a server whose pipe is collected as garbage ends.
var shared *Server

// admin is a URL of a role that may create databases and roles: TEST_DATABASE_URL, or the server of this test binary.
var admin = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		return given, sweep(given)
	}
	var err error
	if shared, err = start(); err != nil {
		return "", fmt.Errorf("%w; set TEST_DATABASE_URL to a server for tests, or install PostgreSQL", err)
	}
	return shared.adminURL(), nil
})

// New returns a new database on the server that all tests of the binary share.
func New(t testing.TB) Database {
	t.Helper()
	server, err := admin()
	if err != nil {
		t.Fatal(err)
	}
	return create(t, server)
}

// Config returns the service's settings for a new database.
func Config(t testing.TB) config.Config {
	t.Helper()
	return New(t).Config()
}

// Config returns the service's settings for the database.
func (d Database) Config() config.Config {
	return config.Config{
		DatabaseURL:         config.Secret(d.URL),
		MigrateDatabaseURL:  config.Secret(d.OwnerURL),
		DatabaseConnections: 5,
		DatabaseWait:        10 * time.Second,
	}
}

// create makes a database and the roles of deploy/postgres/roles.sql under unique names.
func create(t testing.TB, server string) Database {
	t.Helper()
	name := fmt.Sprintf("test_%d_%s", time.Now().Unix(), random(4))
	script := strings.NewReplacer(
		config.Name+"_owner", name+"_owner",
		config.Name+"_app", name+"_app",
	).Replace(roles(t))
	password := random(16)
	Exec(t, server, `CREATE DATABASE `+name+` TEMPLATE template0`)
	d := Database{
		URL:      at(t, server, name, url.UserPassword(name+"_app", password)),
		OwnerURL: at(t, server, name, url.UserPassword(name+"_owner", password)),
		AdminURL: at(t, server, name, nil),
	}
	Exec(t, d.AdminURL, script,
		`ALTER ROLE `+name+`_app PASSWORD '`+password+`'`,
		`ALTER ROLE `+name+`_owner PASSWORD '`+password+`'`)
	return d
}

// Exec runs statements on the database that a URL names.
func Exec(t testing.TB, databaseURL string, statements ...string) {
	t.Helper()
	db, err := sql.Open("pgx", databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// at changes database and user of a URL.
func at(t testing.TB, server, database string, user *url.Userinfo) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("TEST_DATABASE_URL: want a postgres:// URL")
	}
	u.Path = "/" + database
	if user != nil {
		u.User = user
	}
	return u.String()
}

// sweep removes what test runs of more than an hour ago left on a server that outlives them.
func sweep(server string) (err error) {
	db, err := sql.Open("pgx", server)
	if err != nil {
		return errors.New("TEST_DATABASE_URL: want a postgres:// URL")
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for kind, query := range map[string]string{
		"DATABASE": `SELECT datname FROM pg_database WHERE datname LIKE 'test\_%'`,
		"ROLE":     `SELECT rolname FROM pg_roles WHERE rolname LIKE 'test\_%'`,
	} {
		names, err := column(ctx, db, query)
		if err != nil {
			return fmt.Errorf("TEST_DATABASE_URL: %w", err)
		}
		for _, name := range names {
			made, err := strconv.ParseInt(strings.Split(name, "_")[1], 10, 64)
			if err != nil || time.Since(time.Unix(made, 0)) < time.Hour {
				continue
			}
			// A role that still owns something, or another sweeper at work, is left for the next time.
			_, _ = db.ExecContext(ctx, `DROP `+kind+` IF EXISTS "`+name+`"`)
		}
	}
	return nil
}

func column(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// roles reads deploy/postgres/roles.sql: the script that operators run is the one that every test runs.
func roles(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			err = fs.ErrNotExist
		}
		dir = filepath.Dir(dir)
	}
	b, rerr := os.ReadFile(filepath.Join(dir, "deploy", "postgres", "roles.sql"))
	if err := errors.Join(err, rerr); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// random returns n random bytes in hexadecimal.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
