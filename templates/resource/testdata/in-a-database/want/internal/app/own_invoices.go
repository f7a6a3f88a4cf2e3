package app

import (
	"context"

	"example.com/orders/internal/invoices"
)

// addInvoices puts the invoices on the surface.
func (a *App) addInvoices(context.Context) error {
	a.handlers.Own.Invoices = invoices.New(a.storeOfInvoices())
	return nil
}
