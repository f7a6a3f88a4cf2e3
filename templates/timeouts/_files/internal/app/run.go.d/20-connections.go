package app

import (
	"net"

	"example.com/app/internal/clientip"
	"example.com/app/internal/connlimit"
)

// limitConnections bounds the public listener. Trusted proxies carry everybody's requests and are not counted as one peer.
func (a *App) limitConnections(l net.Listener) net.Listener {
	return connlimit.Listener(l, a.config.MaxConnections, clientip.NewResolver(a.config).Trusted, a.metrics.ConnectionRefused)
}
