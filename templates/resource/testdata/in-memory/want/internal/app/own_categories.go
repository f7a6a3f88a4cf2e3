package app

import (
	"context"

	"example.com/orders/internal/categories"
)

// addCategories puts the categories on the surface.
func (a *App) addCategories(context.Context) error {
	a.handlers.Own.Categories = categories.New(a.storeOfCategories())
	return nil
}
