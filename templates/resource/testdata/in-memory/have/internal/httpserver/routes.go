package httpserver

import (
	"example.com/orders/internal/openapi"
)

// Handlers are the parts of the service that answer requests.
type Handlers struct {
	Health *Health
	// Your handlers go here.
}

// routes is the whole surface of the public listener. Each line says who may call it; internal/openapi describes it.
func routes(h Handlers) []Route {
	return []Route{
		{"GET /livez", Anyone, h.Health.Live},
		{"GET /openapi.json", Anyone, openapi.Serve},
		// Your routes go here.
	}
}
