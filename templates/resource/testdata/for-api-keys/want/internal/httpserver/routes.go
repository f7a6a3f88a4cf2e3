package httpserver

import (
	"example.com/orders/internal/openapi"
	"example.com/orders/internal/orderlines"
	"example.com/orders/internal/resource"
)

// Handlers are the parts of the service that answer requests.
type Handlers struct {
	Health *Health
	// Your handlers go here.
	OrderLines *resource.Handlers[orderlines.OrderLine]
}

// routes is the whole surface of the public listener. Each line says who may call it; internal/openapi describes it.
func routes(h Handlers) []Route {
	return []Route{
		{"GET /livez", Anyone, h.Health.Live},
		{"GET /openapi.json", Anyone, openapi.Serve},
		// Your routes go here.
		{"POST /api/v1/order-lines", Holding("order-lines:write"), h.OrderLines.Create},
		{"GET /api/v1/order-lines", Holding("order-lines:read"), h.OrderLines.List},
		{"GET /api/v1/order-lines/{id}", Holding("order-lines:read"), h.OrderLines.Show},
		{"PATCH /api/v1/order-lines/{id}", Holding("order-lines:write"), h.OrderLines.Update},
		{"DELETE /api/v1/order-lines/{id}", Holding("order-lines:write"), h.OrderLines.Delete},
	}
}
