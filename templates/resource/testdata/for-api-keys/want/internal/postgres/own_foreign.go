package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// foreign reports whether err says that a reference to another row was broken. Rows refer to each other together with their owner, so
// that nobody's can hang on somebody else's, whatever a query forgets.
func foreign(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "23503"
}
