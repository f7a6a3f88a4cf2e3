package httpserver

import (
	"net/http"

	"example.com/orders/internal/guard"
	"example.com/orders/internal/tenant"
)

// New returns the public server; the caller listens.
func New(d Deps, h Handlers) *http.Server {
	handler := http.Handler(mux(routes(h), d.challenge()))

	// Your middleware goes below this line, as in handler = audit.Middleware(handler). It knows who is calling.
	handler = tenant.Middleware(tenant.Allowed)(handler)

	g := guard.New(d.guarded())
	return &http.Server{Handler: g.Handler(handler)}
}
