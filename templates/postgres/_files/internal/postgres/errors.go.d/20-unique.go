package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// unique reports whether err is a violation of a unique constraint: the database decides who came first.
func unique(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "23505"
}
