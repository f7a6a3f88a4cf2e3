package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"example.com/app/internal/config"
)

const dialect = goose.DialectPostgres

// owner connects as the role that owns the schema: MIGRATE_DATABASE_URL, or DATABASE_URL where one role does both. The
// server's timeouts for requests do not apply: building an index may take long.
func owner(ctx context.Context, c config.Config) (*sql.DB, goose.ProviderOption, error) {
	variable, text := "MIGRATE_DATABASE_URL", c.MigrateDatabaseURL
	if text == "" {
		variable, text = "DATABASE_URL", c.DatabaseURL
	}
	settings, err := parse(variable, text)
	if err != nil {
		return nil, nil, err
	}
	turn, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // an advisory lock: ask each second, for five minutes
	if err != nil {
		return nil, nil, fmt.Errorf("lock the schema: %w", err)
	}
	db := stdlib.OpenDB(*settings)
	if err := await(ctx, db, c.DatabaseWait); err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, goose.WithSessionLocker(turn), nil
}
