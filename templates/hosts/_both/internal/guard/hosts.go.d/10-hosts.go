package guard

import (
	"errors"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// misdirected answers a request for a host that is not served (RFC 9110 section 15.5.20).
var misdirected = Refusal{Reason: "misdirected", Title: "This host is not served here", Status: http.StatusMisdirectedRequest}

// ParseHosts reads the names and addresses that requests may name, separated by commas.
func ParseHosts(text string) ([]string, error) {
	out := words(text)
	for i, word := range out {
		name := strings.ToLower(strings.Trim(word, "[]"))
		if _, err := netip.ParseAddr(name); err != nil && strings.ContainsAny(name, ":/*@ ") {
			return nil, errors.New("want names such as shop.example.com, without port and wildcard")
		}
		out[i] = name
	}
	return out, nil
}

// knownHosts refuses requests that name another host than the allowed ones (CWE-644): a link built from Host would be the attacker's, and a page
// elsewhere could reach a program on loopback by pointing its own name at it (DNS rebinding). Ports are not compared: mapping and proxies change
// them, and no attack needs one.
func (g *Guard) knownHosts() link {
	allowed := map[string]bool{}
	for _, host := range g.config.AllowedHosts {
		allowed[host] = true
	}
	return g.hosts(func(host string) bool { return allowed[host] })
}

// hosts refuses requests whose host is not allowed, but for probes.
func (g *Guard) hosts(allowed func(host string) bool) link {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if host, ok := hostName(r.Host); (!ok || !allowed(host)) && !g.probe(r) {
				g.refuse(w, r, misdirected)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// hostName returns the host of a Host header in lower case, without its port and brackets. A header of any other form is not ok: what follows a bracket, or
// what looks like a port, must not hide another name.
func hostName(header string) (host string, ok bool) {
	host = header
	if colon := strings.LastIndexByte(header, ':'); colon >= 0 && !strings.HasSuffix(header, "]") {
		if _, err := strconv.ParseUint(header[colon+1:], 10, 16); err != nil {
			return "", false
		}
		host = header[:colon]
	}
	if inside, bracketed := strings.CutPrefix(host, "["); bracketed {
		if host, ok = strings.CutSuffix(inside, "]"); !ok {
			return "", false
		}
	} else if strings.Contains(host, ":") {
		return "", false // an address of version 6 has brackets
	}
	if strings.ContainsAny(host, "[]") {
		return "", false
	}
	return strings.ToLower(host), true
}
