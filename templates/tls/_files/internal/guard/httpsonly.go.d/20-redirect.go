package guard

import "net/http"

// Redirect answers plain http beside a listener that speaks TLS.
func (g *Guard) Redirect() http.Handler {
	return g.around(g.toHTTPS(), []link{
		g.headers(),
		g.recovery(),
	})
}
