package postgres

import (
	"context"
	"database/sql"
	"errors"

	"example.com/app/internal/accounts"
)

// serialize begins every transaction that stores something of a user: such transactions wait for each other, and the error is
// accounts.ErrNotFound if the user was erased since the request was authenticated (ASVS 5.0.0 V15.4.2).
// The lock on their row ends with the transaction; erasing waits for it.
func serialize(ctx context.Context, tx *sql.Tx, userID string) error {
	var found int
	err := tx.QueryRowContext(ctx, `SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE`, userID).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return accounts.ErrNotFound
	}
	return fail("lock user", err)
}
