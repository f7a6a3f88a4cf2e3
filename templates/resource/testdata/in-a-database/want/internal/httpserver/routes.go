package httpserver

import (
	"example.com/orders/internal/invoices"
	"example.com/orders/internal/openapi"
	"example.com/orders/internal/resource"
)

// Handlers are the parts of the service that answer requests.
type Handlers struct {
	Health *Health
	// Your handlers go here.
	Invoices *resource.Handlers[invoices.Invoice]
}

// routes is the whole surface of the public listener. Each line says who may call it; internal/openapi describes it.
func routes(h Handlers) []Route {
	return []Route{
		{"GET /livez", Anyone, h.Health.Live},
		{"GET /openapi.json", Anyone, openapi.Serve},
		// Your routes go here.
		{"POST /api/v1/invoices", Holding("invoices:write"), h.Invoices.Create},
		{"GET /api/v1/invoices", Holding("invoices:read"), h.Invoices.List},
		{"GET /api/v1/invoices/{id}", Holding("invoices:read"), h.Invoices.Show},
		{"PATCH /api/v1/invoices/{id}", Holding("invoices:write"), h.Invoices.Update},
		{"DELETE /api/v1/invoices/{id}", Holding("invoices:write"), h.Invoices.Delete},
	}
}
