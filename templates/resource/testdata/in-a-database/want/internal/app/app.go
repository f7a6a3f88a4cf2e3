package app

import (
	"context"

	"example.com/orders/internal/config"
	"example.com/orders/internal/fieldcrypt"
	"example.com/orders/internal/httpserver"
	"example.com/orders/internal/invoices"
	"example.com/orders/internal/resource"
	"example.com/orders/internal/sqlite"
)

// App is the service with all its parts in place.
type App struct {
	handlers httpserver.Handlers
	// Your fields go here.
}

// New wires the service.
func New(ctx context.Context, c config.Config) (*App, error) {
	a := &App{}

	// Your parts go here.
	a.handlers.Invoices = resource.New(invoices.Kind, sqlite.NewSecrets(sqlite.NewResources(db, invoices.Kind, c.InvoicesMax), fieldcrypt.New(c.EncryptionKeys)))
	return a, nil
}
