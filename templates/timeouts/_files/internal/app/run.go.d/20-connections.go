package app

import (
	"net"

	"example.com/app/internal/httpserver"
)

// limitConnections bounds the public listener.
func (a *App) limitConnections(l net.Listener) net.Listener {
	return httpserver.LimitConnections(l, a.deps())
}
