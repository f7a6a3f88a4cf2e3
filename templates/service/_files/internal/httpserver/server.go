// Package httpserver is the public listener: its limits (here), the chain that every request meets (chain.go)
// and the whole surface (routes.go; own.go for what is yours).
package httpserver

import (
	"log/slog"
	"net/http"
	"time"

	"example.com/app/internal/config"
	"example.com/app/internal/identity"
	"example.com/app/internal/metrics"
	"example.com/app/internal/requestlog"
)

// Deps are what the chain needs beside the settings.
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
	writeTimeout      = 30 * time.Second // longer than the chain's deadline, so that a 503 can still be written
	idleTimeout       = 60 * time.Second // longer than a browser's pause between two pages
	maxHeaderBytes    = 16 << 10         // net/http adds 4 KiB of slack (ASVS 5.0.0 V4.2.5)
)

// New returns the public server; the caller listens.
func New(d Deps, h Handlers) *http.Server {
	challenge := ""
	if d.Auth != nil {
		challenge = d.Auth.Challenge()
	}
	return &http.Server{
		Handler:                      wrap(chain(d), mux(routes(h), challenge)),
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true, // OPTIONS * meets the chain like everything else
		ErrorLog:                     requestlog.ErrorLog(d.Log, d.Metrics),
	}
}
