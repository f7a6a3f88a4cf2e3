package httpserver

import (
	"example.com/orders/internal/categories"
	"example.com/orders/internal/resource"
)

// Own are the handlers of what this service has beside what it came with.
type Own struct {
	Categories *resource.Handlers[categories.Category]
}

// ownRoutes are their routes. Each line says who may call it; each needs its operation in internal/openapi too.
func ownRoutes(h Own) []Route {
	return []Route{
		{"POST /api/v1/categories", Anyone, h.Categories.Create},
		{"GET /api/v1/categories", Anyone, h.Categories.List},
		{"GET /api/v1/categories/{id}", Anyone, h.Categories.Show},
		{"PATCH /api/v1/categories/{id}", Anyone, h.Categories.Update},
		{"DELETE /api/v1/categories/{id}", Anyone, h.Categories.Delete},
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
