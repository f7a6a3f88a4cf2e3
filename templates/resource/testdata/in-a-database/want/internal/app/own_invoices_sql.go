package app

import (
	"example.com/orders/internal/fieldcrypt"
	"example.com/orders/internal/invoices"
	"example.com/orders/internal/sqlite"
)

// storeOfInvoices keeps invoices in the database.
func (a *App) storeOfInvoices() invoices.Store {
	return sqlite.NewInvoices(a.db, a.config.Own.InvoicesMax, fieldcrypt.New(a.config.EncryptionKeys))
}
