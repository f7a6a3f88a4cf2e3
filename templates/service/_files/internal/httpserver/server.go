// Package httpserver is the public listener: its limits (here), its guard (guard.go; internal/guard/chain.go lists what a request meets)
// and the whole surface (routes.go).
package httpserver

import (
	"log/slog"
	"net/http"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
	"example.com/app/internal/metrics"
)

// Deps are what the servers need beside their handlers.
type Deps struct {
	Config  config.Config
	Log     *slog.Logger
	Auth    identity.Authenticator // nil if the service has no authentication
	Metrics *metrics.Metrics
	Health  *Health
}

// Limits of the listener; the comment at each says what an honest client needs.
const (
	readHeaderTimeout = 5 * time.Second  // honest clients send headers in one packet (CWE-400, slowloris)
	readTimeout       = 15 * time.Second // 1 MiB at 70 kB/s
	writeTimeout      = 30 * time.Second // longer than the guard's deadline, so that a 503 can still be written
	idleTimeout       = 60 * time.Second // longer than a browser's pause between two pages
	maxHeaderBytes    = 16 << 10         // net/http adds 4 KiB of slack (ASVS 5.0.0 V4.2.5)
)

// New returns the public server; the caller listens.
func New(d Deps, h Handlers) *http.Server {
	challenge := ""
	if d.Auth != nil {
		challenge = d.Auth.Challenge()
	}
	handler := http.Handler(mux(routes(h), challenge))

	// Your middleware goes below this line, as in handler = audit.Middleware(handler). It knows who is calling.

	g := guard.New(d.guarded())
	return &http.Server{
		Handler:                      g.Handler(handler),
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true, // OPTIONS * meets the guard like everything else
		ErrorLog:                     g.ErrorLog(),
		ConnState:                    guard.ConnState,
	}
}
