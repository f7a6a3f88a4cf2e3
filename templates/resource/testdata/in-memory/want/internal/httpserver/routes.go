package httpserver

import (
	"example.com/orders/internal/categories"
	"example.com/orders/internal/openapi"
	"example.com/orders/internal/resource"
)

// Handlers are the parts of the service that answer requests.
type Handlers struct {
	Health *Health
	// Your handlers go here.
	Categories *resource.Handlers[categories.Category]
}

// routes is the whole surface of the public listener. Each line says who may call it; internal/openapi describes it.
func routes(h Handlers) []Route {
	return []Route{
		{"GET /livez", Anyone, h.Health.Live},
		{"GET /openapi.json", Anyone, openapi.Serve},
		// Your routes go here.
		{"POST /api/v1/categories", Anyone, h.Categories.Create},
		{"GET /api/v1/categories", Anyone, h.Categories.List},
		{"GET /api/v1/categories/{id}", Anyone, h.Categories.Show},
		{"PATCH /api/v1/categories/{id}", Anyone, h.Categories.Update},
		{"DELETE /api/v1/categories/{id}", Anyone, h.Categories.Delete},
	}
}
