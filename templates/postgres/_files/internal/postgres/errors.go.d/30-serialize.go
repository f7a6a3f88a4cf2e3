package postgres

import (
	"context"
	"database/sql"
)

// serialize makes transactions that count an owner's rows before they add one wait for each other (ASVS 5.0.0 V15.4.2): an
// advisory lock on the owner, which ends with the transaction.
func serialize(ctx context.Context, tx *sql.Tx, owner string) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, owner)
	return fail("lock owner", err)
}
