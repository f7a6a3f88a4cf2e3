package app

import (
	"context"

	"example.com/orders/internal/categories"
	"example.com/orders/internal/config"
	"example.com/orders/internal/httpserver"
	"example.com/orders/internal/resource"
)

// App is the service with all its parts in place.
type App struct {
	handlers httpserver.Handlers
	// Your fields go here.
	memory resource.Memory
}

// New wires the service.
func New(ctx context.Context, c config.Config) (*App, error) {
	a := &App{}

	// Your parts go here.
	a.handlers.Categories = resource.New(categories.Kind, resource.In(&a.memory, categories.Kind, c.CategoriesMax))
	return a, nil
}
