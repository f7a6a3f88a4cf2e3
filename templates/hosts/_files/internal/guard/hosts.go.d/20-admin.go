package guard

import (
	"net/http"
	"net/netip"
)

// Admin returns next behind what a listener for operators needs: no limits, and the check of hosts in another form.
func (g *Guard) Admin(next http.Handler) http.Handler {
	return g.around(next, []link{
		g.headers(),
		g.recovery(),
		g.machineHosts(),
	})
}

// machineHosts lets requests through that name this machine, an IP address or an allowed host. An address is safe here, because a browser that was
// lured by DNS rebinding sends the name it was lured with.
func (g *Guard) machineHosts() link {
	allowed := map[string]bool{"localhost": true}
	for _, host := range g.config.AllowedHosts {
		allowed[host] = true
	}
	return g.hosts(func(host string) bool {
		_, err := netip.ParseAddr(host)
		return err == nil || allowed[host]
	})
}
