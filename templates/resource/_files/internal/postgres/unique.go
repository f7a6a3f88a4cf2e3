package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// unique reports whether err says that a unique constraint was broken: the database is the judge of who came first.
func unique(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "23505"
}
