package httpserver

import (
	"net/http"

	"example.com/app/internal/guard"
)

// NewRedirect returns the server that answers plain http beside a TLS listener.
func NewRedirect(d Deps) *http.Server {
	g := guard.New(d.guarded())
	return &http.Server{
		Handler:                      g.Redirect(),
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     g.ErrorLog(),
		ConnState:                    guard.ConnState,
	}
}
