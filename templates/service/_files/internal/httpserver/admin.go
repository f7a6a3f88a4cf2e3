package httpserver

import (
	"log/slog"
	"net/http"

	"example.com/app/internal/config"
	"example.com/app/internal/headers"
	"example.com/app/internal/hosts"
	"example.com/app/internal/recoverer"
	"example.com/app/internal/requestid"
)

// NewAdmin returns the admin server. It has the public listener's limits but for the write timeout, because a CPU profile
// takes longer, and the same Host check, because a browser can be made to talk to loopback (DNS rebinding).
func NewAdmin(c config.Config, log *slog.Logger, routes http.Handler) *http.Server {
	return &http.Server{
		Handler: wrap([]Middleware{
			headers.Middleware(c),
			requestid.Middleware,
			recoverer.Middleware,
			hosts.Admin(c),
		}, routes),
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
