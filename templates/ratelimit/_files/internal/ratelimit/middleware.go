package ratelimit

import (
	"log/slog"
	"net/http"
	"net/netip"

	"example.com/app/internal/clientip"
	"example.com/app/internal/config"
	"example.com/app/internal/event"
	"example.com/app/internal/hosts"
	"example.com/app/internal/identity"
	"example.com/app/internal/metrics"
	"example.com/app/internal/problem"
)

// Exceeded returns the refusal of a limit: 429 with Retry-After (RFC 6585 section 4).
func Exceeded(res Result) problem.Problem {
	return problem.Problem{Slug: "rate-limited", Title: "Too many requests", Status: http.StatusTooManyRequests, RetryAfter: res.RetryAfter}
}

// An Address is a key for a client's network: a whole IPv4 address or the /64 of an IPv6 address.
type Address [16]byte

// AddressOf returns the key of a client.
func AddressOf(a netip.Addr) Address { return clientip.Network(a).As16() }

// ByAddress limits each client address, before anything is read or looked up. Probes are exempt.
func ByAddress(r config.Rate) func(http.Handler) http.Handler {
	l := New[Address]("address", r)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if hosts.Probe(r) || l.admit(w, r, AddressOf(clientip.From(r.Context()))) {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// ByPrincipal limits each actor, wherever it calls from.
func ByPrincipal(r config.Rate) func(http.Handler) http.Handler {
	l := New[string]("principal", r)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			actor, known := identity.From(r.Context())
			if !known || l.admit(w, r, actor.ID) {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// admit takes one call, tells the client what is left and answers if nothing is.
func (l *Limiter[K]) admit(w http.ResponseWriter, r *http.Request, key K) bool {
	res := l.Allow(key)
	l.Announce(w.Header(), res)
	if res.Allowed {
		return true
	}
	event.Log(r.Context(), event.RateLimited, slog.String("policy", l.name))
	metrics.From(r.Context()).RateLimited(l.name)
	problem.Write(w, r, Exceeded(res), nil)
	return false
}
