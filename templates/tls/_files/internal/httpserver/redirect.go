package httpserver

import (
	"log/slog"
	"net/http"

	"example.com/app/internal/config"
	"example.com/app/internal/headers"
	"example.com/app/internal/httpsonly"
	"example.com/app/internal/recoverer"
	"example.com/app/internal/requestid"
)

// NewRedirect returns the server that answers plain http beside a TLS listener.
func NewRedirect(c config.Config, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: wrap([]Middleware{
			headers.Middleware(c),
			requestid.Middleware,
			recoverer.Middleware,
		}, httpsonly.Redirect(c.PublicURL)),
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
