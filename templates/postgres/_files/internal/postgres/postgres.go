// Package postgres keeps the service's data in PostgreSQL, through pgx and database/sql.
//
// The server proves who it is, with a certificate for its name from an authority that the service trusts, or nothing is said
// to it: there is no setting that switches that off for a host other than this machine (ASVS 5.0.0 V12.3.1 to V12.3.4,
// CWE-295). Open changes no schema: Migrate does, as another role. Every value goes through a placeholder ($1); no query
// is put together from values (V1.2.4).
package postgres

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"example.com/app/internal/config"
	"example.com/app/internal/logging"
)

const (
	connectTimeout = 5 * time.Second        // a server that does not answer by then is away
	firstPause     = 100 * time.Millisecond // between attempts at the start; doubles
	longestPause   = 2 * time.Second
	maxLifetime    = 30 * time.Minute // connections move to where a failover or a new address points
	maxIdleTime    = 30 * time.Second // an idle connection costs the server memory
)

// limits are the server's own timeouts, set for each connection. They end what a context cannot: a statement whose client is
// gone, a transaction that nobody finishes (ASVS 5.0.0 V13.2.6). Values in milliseconds.
var limits = map[string]string{
	"statement_timeout":                   "5000",
	"lock_timeout":                        "3000", // shorter, so that a queue behind a lock drains before it fills the pool
	"idle_in_transaction_session_timeout": "10000",
}

// allowed are the parameters that a URL may carry. Others could read files or redirect the connection.
var allowed = []string{"host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"}

// Open connects to the server that DATABASE_URL names. It tries for as long as DATABASE_WAIT says, because at the start of
// everything the database may come last, and then gives up: an orchestrator sees an exit better than a service that hangs.
func Open(ctx context.Context, c config.Config) (*sql.DB, error) {
	settings, err := parse("DATABASE_URL", c.DatabaseURL)
	if err != nil {
		return nil, err
	}
	for name, value := range limits {
		settings.RuntimeParams[name] = value
	}
	db := stdlib.OpenDB(*settings)
	db.SetMaxOpenConns(c.DatabaseConnections)
	db.SetMaxIdleConns(c.DatabaseConnections)
	db.SetConnMaxLifetime(maxLifetime)
	db.SetConnMaxIdleTime(maxIdleTime)
	if err := await(ctx, db, c.DatabaseWait); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// await tries to reach the database until it answers or the time is over.
func await(ctx context.Context, db *sql.DB, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	var last error
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		if last == nil || ctx.Err() == nil { // the last attempt is cut off and says nothing
			last = err
		}
		logging.From(ctx).LogAttrs(ctx, slog.LevelWarn, "the database does not answer", slog.String("cause", err.Error()))
		select {
		case <-ctx.Done():
			return fmt.Errorf("connect to the database: no success within %v: %w", wait, last)
		case <-time.After(pause):
		}
	}
}

// parse reads a URL and refuses one that would talk to a server without knowing that it is the right one.
func parse(variable string, databaseURL config.Secret) (*pgx.ConnConfig, error) {
	text := databaseURL.Reveal()
	if !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
		return nil, fmt.Errorf("%s: want postgres://user:password@host/database?sslmode=verify-full", variable)
	}
	var options pgx.ParseConfigOptions
	options.ConnStringAllowedKeys = allowed
	settings, err := pgx.ParseConfigWithOptions(text, options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", variable, hidden(err))
	}
	if !verified(&settings.Config) {
		return nil, fmt.Errorf("%s: %w", variable, ErrUnverified)
	}
	for _, t := range targets(&settings.Config) {
		if t.tls != nil {
			t.tls.MinVersion = tls.VersionTLS12 // ASVS 5.0.0 V12.1.1
		}
	}
	settings.ConnectTimeout = connectTimeout
	return settings, nil
}

// ErrUnverified says that a URL does not make the server prove its name.
var ErrUnverified = errors.New("a host other than this machine needs sslmode=verify-full")

// Verified reports whether databaseURL makes every server that it names prove who it is, or names this machine only.
func Verified(databaseURL config.Secret) bool {
	_, err := parse("", databaseURL)
	return !errors.Is(err, ErrUnverified)
}

func verified(settings *pgconn.Config) bool {
	for _, t := range targets(settings) {
		if strings.HasPrefix(t.host, "/") || config.LocalHost(t.host) {
			continue // a Unix socket, or loopback: there is no network to listen in on
		}
		if t.tls == nil || t.tls.InsecureSkipVerify || t.tls.ServerName != t.host {
			return false
		}
	}
	return true
}

type target struct {
	host string
	tls  *tls.Config
}

// targets are all the ways to connect that a URL amounts to: several hosts, and for sslmode=prefer plain text after TLS.
func targets(settings *pgconn.Config) []target {
	all := []target{{settings.Host, settings.TLSConfig}}
	for _, f := range settings.Fallbacks {
		all = append(all, target{f.Host, f.TLSConfig})
	}
	return all
}

// hidden keeps a URL out of the report: pgx quotes it, with the password masked, but the rest is a value too.
func hidden(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		return cause
	}
	return errors.New("cannot be read")
}
