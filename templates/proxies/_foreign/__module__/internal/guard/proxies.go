package guard

import (
	"net/http"
	"net/netip"
)

// proxies are the networks of those that are believed about the client. The empty list believes nobody (ASVS 5.0.0 V4.1.3, CWE-348).
type proxies []netip.Prefix

// trustedProxies reads TRUSTED_PROXIES. The whole internet is no proxy: everybody could then forge addresses.
func trustedProxies(s *settings) proxies {
	var out proxies
	for _, v := range s.list("TRUSTED_PROXIES") {
		p, err := netip.ParsePrefix(v)
		if a, wrong := netip.ParseAddr(v); wrong == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil || p.Bits() == 0 {
			s.refuse("TRUSTED_PROXIES", "addresses or networks of proxies, such as 10.0.0.0/8")
			return nil
		}
		out = append(out, p.Masked())
	}
	return out
}

// trusted reports whether a is one of the proxies.
func (p proxies) trusted(a netip.Addr) bool {
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
