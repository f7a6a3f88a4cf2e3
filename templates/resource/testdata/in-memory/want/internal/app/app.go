package app

import (
	"context"
	"sync"

	"example.com/orders/internal/categories"
	"example.com/orders/internal/config"
	"example.com/orders/internal/httpserver"
)

// App is the service with all its parts in place.
type App struct {
	handlers httpserver.Handlers
	// Your fields go here.
	memory sync.Mutex // of everything that is kept in memory here: rows refer to each other
}

// New wires the service.
func New(ctx context.Context, c config.Config) (*App, error) {
	a := &App{}

	// Your parts go here.
	categoriesStore := categories.NewMemory(&a.memory, c.CategoriesMax)
	categoriesStore.ReferredBy(categoriesStore.RefersByParentID)
	a.handlers.Own.Categories = categories.New(categoriesStore)
	return a, nil
}
