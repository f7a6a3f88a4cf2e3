package guard

import (
	"net/http"
	"net/netip"
	"strings"
)

// knownHosts refuses requests that name a host which is not ours with 421 (RFC 9110 section 15.5.20, CWE-644): a link that is built from Host would be the
// attacker's, and a page elsewhere could reach a program on loopback by pointing its own name at it (DNS rebinding).
//
// Ports are not compared: mapping and proxies change them, and no attack needs one.
func knownHosts(s *settings) func(http.Handler) http.Handler {
	probe := probes(s)
	allowed := map[string]bool{}
	for _, h := range s.list("ALLOWED_HOSTS") {
		name := strings.ToLower(strings.Trim(h, "[]"))
		_, notAddress := netip.ParseAddr(name)
		if notAddress != nil && strings.ContainsAny(name, ":/*@") {
			s.refuse("ALLOWED_HOSTS", "names such as shop.example.com, without port and wildcard")
		}
		allowed[name] = true
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !allowed[hostName(r.Host)] && !probe(r) {
				http.Error(w, "this host is not served here", http.StatusMisdirectedRequest)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// hostName is host in lower case, without port, brackets and the dot of the root.
func hostName(host string) string {
	if inside, is := strings.CutPrefix(host, "["); is {
		host, _, _ = strings.Cut(inside, "]")
	} else {
		host, _, _ = strings.Cut(host, ":")
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}
