// Package hosts refuses requests that name a host which is not ours (CWE-644): what a response builds from Host would be the
// attacker's, and a page elsewhere could reach a loopback listener by pointing its own name at it (DNS rebinding).
//
// Ports are not compared: mapping and proxies change them, and no attack needs one.
package hosts

import (
	"net/http"
	"net/netip"
	"strings"

	"example.com/app/internal/config"
	"example.com/app/internal/event"
	"example.com/app/internal/problem"
)

// Misdirected answers a request for a host that we do not serve (RFC 9110 section 15.5.20).
var Misdirected = problem.Problem{Slug: "misdirected", Title: "This host is not served here", Status: http.StatusMisdirectedRequest}

// Middleware lets through what names one of ALLOWED_HOSTS, and probes, which come by IP address.
func Middleware(c config.Config) func(http.Handler) http.Handler {
	allowed := set(c.AllowedHosts)
	return only(func(host string) bool { return allowed[host] })
}

// Admin lets through what names this machine, an IP address or one of ALLOWED_HOSTS. An address is safe here because a browser that was
// lured by DNS rebinding sends the name it was lured with.
func Admin(c config.Config) func(http.Handler) http.Handler {
	allowed := set(c.AllowedHosts)
	allowed["localhost"] = true
	return only(func(host string) bool {
		if allowed[host] {
			return true
		}
		_, err := netip.ParseAddr(host)
		return err == nil
	})
}

func set(hosts []string) map[string]bool {
	m := make(map[string]bool, len(hosts))
	for _, h := range hosts {
		m[h] = true
	}
	return m
}

func only(allowed func(host string) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !allowed(name(r.Host)) && !Probe(r) {
				event.Log(r.Context(), event.HostRejected)
				problem.Write(w, r, Misdirected, nil)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// Probe reports whether r is a health probe: exempt from the checks of host, scheme and rate, because an orchestrator asks by
// address, in plain text and often. The answers are constant.
func Probe(r *http.Request) bool {
	return r.URL.Path == "/livez" || r.URL.Path == "/readyz"
}

// name returns the host without port and brackets, in lower case.
func name(host string) string {
	if strings.HasPrefix(host, "[") {
		host, _, _ = strings.Cut(host[1:], "]")
	} else {
		host, _, _ = strings.Cut(host, ":")
	}
	return strings.ToLower(host)
}
