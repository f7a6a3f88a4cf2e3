package app

import "example.com/orders/internal/categories"

// storeOfCategories keeps categories in memory: the service has no database.
func (a *App) storeOfCategories() categories.Store {
	store := categories.NewMemory(&a.own.memory, a.config.Own.CategoriesMax)
	store.ReferredBy(store.RefersByParentID)
	a.own.categories = store
	return store
}
