package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"
)

// retryable are SQLSTATE codes and classes (two characters) for the state of the database, not the request.
var retryable = []string{
	"08",    // connection
	"53",    // resources: too many connections, disk full
	"57",    // intervention: statement timeout, shutdown, not started yet
	"25P03", // idle in a transaction for too long
	"40001", // serialization
	"40P01", // deadlock
	"55P03", // lock timeout
}

// unavailable reports whether err is caused by the state of the database, not by the request: trying again may help.
func unavailable(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false // the client is gone and will not try again
	}
	var answered *pgconn.PgError
	if errors.As(err, &answered) {
		return slices.Contains(retryable, answered.Code) || slices.Contains(retryable, answered.Code[:min(2, len(answered.Code))])
	}
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.DeadlineExceeded)
}
