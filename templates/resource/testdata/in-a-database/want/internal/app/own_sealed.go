package app

import (
	"context"
	"database/sql"

	"example.com/orders/internal/config"
	"example.com/orders/internal/fieldcrypt"
	"example.com/orders/internal/sqlite"
)

// A reseal seals the values of a column again under the newest key and returns how many changed.
type reseal = func(context.Context) (changed int, err error)

// ownSealed are the columns that rotate-keys goes over beside the bodies of notes. What plain says, each passes on to the
// column's Renew.
func ownSealed(db *sql.DB, c config.Config, cipher *fieldcrypt.Cipher, plain bool) []reseal {
	return []reseal{
		func(ctx context.Context) (int, error) {
			return sqlite.NewInvoices(db, c.Own.InvoicesMax, cipher).Reseal(ctx, plain)
		},
	}
}
