package app

import (
	"context"

	"example.com/orders/internal/orderlines"
)

// addOrderLines puts the order lines on the surface.
func (a *App) addOrderLines(context.Context) error {
	a.handlers.Own.OrderLines = orderlines.New(a.storeOfOrderLines())
	return nil
}
