package fieldcrypt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"example.com/app/internal/event"
)

// A Column seals the values of one column, each for its row and the owner of it.
type Column struct {
	cipher        *Cipher
	table, column string
}

// Column returns the column of a table; both are part of every value's place.
func (c *Cipher) Column(table, column string) Column { return Column{c, table, column} }

// Seal encrypts the value of a row.
func (c Column) Seal(plain, owner, id string) string {
	return c.cipher.Seal([]byte(plain), c.table, c.column, row(owner, id))
}

// Open decrypts what Seal made for the same row. One that does not open is an event, and an error of ours.
func (c Column) Open(ctx context.Context, sealed, owner, id string) (string, error) {
	plain, err := c.cipher.Open(sealed, c.table, c.column, row(owner, id))
	if err != nil {
		reason := "tampered"
		if errors.Is(err, ErrKey) {
			reason = "unknown_key"
		}
		event.Log(ctx, event.DecryptFailed, slog.String("table", c.table), slog.String("row", id), slog.String("reason", reason))
		return "", fmt.Errorf("open %s of %s: %w", c.column, c.table, err)
	}
	return string(plain), nil
}

// Renew is what rotate-keys does to a stored value. Only with plain does it seal one that is still plain text: otherwise who
// can write to the database could have a forged one sealed.
func (c Column) Renew(stored, owner, id string, plain bool) (string, error) {
	if plain && !Sealed(stored) {
		return c.Seal(stored, owner, id), nil
	}
	renewed, err := c.cipher.Reseal(stored, c.table, c.column, row(owner, id))
	if err != nil {
		return "", fmt.Errorf("%s of %s %s: %w", c.column, c.table, id, err)
	}
	return renewed, nil
}

// row names a row with its owner, so that one that is handed to somebody else in the database does not open for them. The
// id, a UUID, holds no blank.
func row(owner, id string) string { return owner + " " + id }
