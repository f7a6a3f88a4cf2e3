package guard

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
)

// ProxyUnknown tells, once, that a limited client sends X-Forwarded-For without being a trusted proxy: clients that share a proxy's bucket are refused for one
// another.
const ProxyUnknown Kind = "proxy_unknown"

// limitAddresses limits how often one client address may ask, before anything is read or looked up. Probes are exempt.
func (g *Guard) limitAddresses() link {
	limits := newAddressLimits(g.config.RateLimit)
	var told sync.Once
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if g.probe(r) {
				next.ServeHTTP(w, r)
				return
			}
			limiter, res := limits.allow(w.Header(), From(r.Context()).Client)
			if res.Allowed {
				next.ServeHTTP(w, r)
				return
			}
			if r.Header.Get("X-Forwarded-For") != "" && !proxies(g.config.Proxies).trust(peer(r)) {
				told.Do(func() { g.config.Notice(r.Context(), Notice{Kind: ProxyUnknown, Level: slog.LevelWarn}) }) //nolint:contextcheck // it is the request's
			}
			g.limited(w, r, limiter, res)
		})
	}
}

// limited refuses a request beyond a limit.
func (g *Guard) limited(w http.ResponseWriter, r *http.Request, l *Limiter, res Result) {
	because := res.Refusal()
	because.Policy = l.name
	w.Header().Set("Retry-After", strconv.FormatInt(seconds(res.RetryAfter), 10))
	g.refuse(w, r, because)
}

// Refusal is the answer to a request beyond a limit (RFC 6585 section 4).
func (res Result) Refusal() Refusal {
	return Refusal{Reason: "rate-limited", Title: "Too many requests", Status: http.StatusTooManyRequests, RetryAfter: res.RetryAfter}
}

// addressLimits are the limits of one address and of the networks around it. Somebody who is given a /56 or a /48 of IPv6 has hundreds or thousands of /64s: they
// may all together ask twice and four times as often as one.
type addressLimits struct{ host, home, site *Limiter }

func newAddressLimits(r Rate) addressLimits {
	return addressLimits{NewLimiter("address", r), NewLimiter("network", r.times(2)), NewLimiter("network", r.times(4))}
}

// allow takes one request from each limit of client and announces what is left. A request that one address may not make is not taken from its networks: nobody can
// use up the share of its neighbors.
func (a addressLimits) allow(h http.Header, client netip.Addr) (*Limiter, Result) {
	res := a.host.Allow(keyOf(client, 64))
	a.host.Announce(h, res)
	if !res.Allowed || !client.Is6() {
		return a.host, res
	}
	for _, wider := range []struct {
		*Limiter
		bits int
	}{{a.home, 56}, {a.site, 48}} {
		if around := wider.Allow(keyOf(client, wider.bits)); !around.Allowed {
			wider.Announce(h, around)
			return wider.Limiter, around
		}
	}
	return a.host, res
}
