package sqlite

import (
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// foreign reports whether err says that a reference to another row was broken. Rows refer to each other together with their owner, so
// that nobody's can hang on somebody else's, whatever a query forgets.
func foreign(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}
