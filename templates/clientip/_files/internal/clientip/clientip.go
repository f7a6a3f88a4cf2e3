// Package clientip finds out who is at the other end: the address of the client, and whether it came over https.
//
// What a client writes into X-Forwarded-For is believed only as far as trusted proxies wrote it: the list is read from
// right to left, and the first address that is not a trusted proxy is the client (ASVS 5.0.0 V4.1.3, CWE-348). Anything
// further left is the client's own invention. RFC 7239's Forwarded is not read: two sources of truth are one too many.
package clientip

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"example.com/app/internal/config"
	"example.com/app/internal/logging"
)

// A Resolver knows the trusted proxies. The zero Resolver trusts nobody.
type Resolver struct{ trusted []netip.Prefix }

// NewResolver returns a Resolver for the settings: without BEHIND_PROXY nobody is trusted.
func NewResolver(c config.Config) Resolver {
	if !c.BehindProxy {
		return Resolver{}
	}
	return Resolver{c.TrustedProxies}
}

// Trusted reports whether a is a trusted proxy.
func (v Resolver) Trusted(a netip.Addr) bool {
	for _, p := range v.trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Peer returns the address at the other end of the connection; the zero Addr if it has none.
func Peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// Client returns the address of the client. If a trusted proxy wrote something that is no address, it is the proxy's own.
func (v Resolver) Client(r *http.Request) netip.Addr {
	at := Peer(r)
	if !v.Trusted(at) {
		return at
	}
	lines := r.Header["X-Forwarded-For"]
	for i := len(lines) - 1; i >= 0; i-- {
		rest := lines[i]
		for rest != "" {
			entry := rest
			if comma := strings.LastIndexByte(rest, ','); comma >= 0 {
				rest, entry = rest[:comma], rest[comma+1:]
			} else {
				rest = ""
			}
			hop, ok := parse(strings.TrimSpace(entry))
			if !ok {
				return at
			}
			at = hop
			if !v.Trusted(at) {
				return at
			}
		}
	}
	return at
}

// parse reads an address with or without a port: proxies write 192.0.2.1, 192.0.2.1:80, 2001:db8::1 and [2001:db8::1]:80.
func parse(s string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	ap, err := netip.ParseAddrPort(s)
	return ap.Addr().Unmap().WithZone(""), err == nil
}

// HTTPS reports whether r came over TLS, or a trusted proxy says so. A list of several words is not believed: it means that a proxy
// added to what it was given instead of replacing it.
func (v Resolver) HTTPS(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	proto := r.Header["X-Forwarded-Proto"]
	return len(proto) == 1 && strings.EqualFold(proto[0], "https") && v.Trusted(Peer(r))
}

// Middleware finds the client's address and scheme and notes them in the request's scope.
func Middleware(c config.Config) func(http.Handler) http.Handler {
	v := NewResolver(c)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s := logging.ScopeOf(r.Context())
			s.Client, s.HTTPS = v.Client(r), v.HTTPS(r)
			next.ServeHTTP(w, r)
		})
	}
}

// With returns a context that carries a client's address and scheme, for what is called outside of the chain.
func With(ctx context.Context, addr netip.Addr, https bool) context.Context {
	s := *logging.ScopeOf(ctx)
	s.Client, s.HTTPS = addr, https
	return logging.Open(ctx, &s)
}

// From returns the client's address; the zero Addr outside a request.
func From(ctx context.Context) netip.Addr { return logging.ScopeOf(ctx).Client }

// HTTPS reports whether the request came over https.
func HTTPS(ctx context.Context) bool { return logging.ScopeOf(ctx).HTTPS }

// Network returns the part of an address that one client can be expected to hold: a whole IPv4 address, or the /64 of an IPv6 address,
// because a single host is given at least that much (RFC 6177) and could use a new address for every request.
func Network(a netip.Addr) netip.Addr {
	if !a.Is6() {
		return a
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a // an IPv6 address always has a /64
	}
	return p.Addr()
}
