package app

import (
	"context"

	"example.com/orders/internal/config"
	"example.com/orders/internal/httpserver"
	"example.com/orders/internal/orderlines"
	"example.com/orders/internal/postgres"
	"example.com/orders/internal/resource"
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
	a.handlers.OrderLines = resource.New(orderlines.Kind, postgres.NewResources(db, orderlines.Kind, c.OrderLinesMax))
	return a, nil
}
