package guard

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the networks of trusted proxies. The empty list trusts nobody (ASVS 5.0.0 V4.1.3, CWE-348).
type proxies []netip.Prefix

// ParseProxies reads addresses and networks, separated by commas. The whole internet is refused: any client could then choose its address.
func ParseProxies(text string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, word := range words(text) {
		p, err := netip.ParsePrefix(word)
		if a, notAddress := netip.ParseAddr(word); notAddress == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil || p.Bits() == 0 {
			return nil, errors.New("want addresses or networks of proxies, such as 10.0.0.0/8")
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// words splits a list at its commas.
func words(text string) []string {
	var out []string
	for _, word := range strings.Split(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

// trust reports whether a is one of the proxies.
func (p proxies) trust(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// peer is the address at the other end of the connection; the zero Addr if it has none, as on a Unix socket.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// client returns the address of the client. X-Forwarded-For is read from right to left, and the first address that is not a trusted proxy is the
// client: anything further left was written by the client itself. If a proxy wrote something that is not an address, the client is that proxy.
// Forwarded (RFC 7239) is not read: two sources of truth are one too many.
func (p proxies) client(r *http.Request) netip.Addr {
	at := peer(r)
	if !p.trust(at) {
		return at
	}
	lines := r.Header["X-Forwarded-For"]
	for i := len(lines) - 1; i >= 0; i-- {
		rest, more := lines[i], true
		for more {
			var hop string
			if comma := strings.LastIndexByte(rest, ','); comma >= 0 {
				rest, hop = rest[:comma], rest[comma+1:]
			} else {
				hop, more = rest, false
			}
			a, ok := address(strings.TrimSpace(hop))
			if !ok {
				return at
			}
			if at = a; !p.trust(at) {
				return at
			}
		}
	}
	return at
}

// address reads 192.0.2.1, 192.0.2.1:80, 2001:db8::1 and [2001:db8::1]:80: proxies write all of them.
func address(s string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return a.Unmap().WithZone(""), true
	}
	ap, err := netip.ParseAddrPort(s)
	return ap.Addr().Unmap().WithZone(""), err == nil
}

// https reports whether r came over TLS, or a trusted proxy says so. Several words are not believed: they mean that a proxy added to what it was
// given instead of replacing it.
func (p proxies) https(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	proto := r.Header["X-Forwarded-Proto"]
	return len(proto) == 1 && strings.EqualFold(proto[0], "https") && p.trust(peer(r))
}
