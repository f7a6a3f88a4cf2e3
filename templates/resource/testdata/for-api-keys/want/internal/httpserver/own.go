package httpserver

import (
	"example.com/orders/internal/orderlines"
	"example.com/orders/internal/resource"
)

// Own are the handlers of what this service has beside what it came with.
type Own struct {
	OrderLines *resource.Handlers[orderlines.OrderLine]
}

// ownRoutes are their routes. Each line says who may call it; each needs its operation in internal/openapi too.
func ownRoutes(h Own) []Route {
	return []Route{
		{"POST /api/v1/order-lines", Holding("order-lines:write"), h.OrderLines.Create},
		{"GET /api/v1/order-lines", Holding("order-lines:read"), h.OrderLines.List},
		{"GET /api/v1/order-lines/{id}", Holding("order-lines:read"), h.OrderLines.Show},
		{"PATCH /api/v1/order-lines/{id}", Holding("order-lines:write"), h.OrderLines.Update},
		{"DELETE /api/v1/order-lines/{id}", Holding("order-lines:write"), h.OrderLines.Delete},
	}
}

// ownEarly are middleware of yours that need not know who is calling: they stand after the limit by address and before anything
// reads the request, in the order a request meets them.
func ownEarly(d Deps) []Middleware {
	return []Middleware{}
}

// ownLate are middleware of yours that know who is calling: they stand last, before the route's policy is asked.
func ownLate(d Deps) []Middleware {
	return []Middleware{}
}
