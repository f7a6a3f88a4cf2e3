package app

import (
	"example.com/orders/internal/orderlines"
	"example.com/orders/internal/postgres"
)

// storeOfOrderLines keeps order lines in the database.
func (a *App) storeOfOrderLines() orderlines.Store {
	return postgres.NewOrderLines(a.db, a.config.Own.OrderLinesMax)
}
