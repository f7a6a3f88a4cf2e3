package guard

import (
	"net/http"
	"net/netip"
	"strings"
)

// client returns the address of who asks. X-Forwarded-For is read from right to left, and the first address that is not a trusted proxy is the client:
// what stands further left is the client's own invention (ASVS 5.0.0 V4.1.3, CWE-348). If a proxy wrote something that is no address, the client is
// that proxy. Forwarded (RFC 7239) is not read: two sources of truth are one too many.
func (p proxies) client(r *http.Request) netip.Addr {
	at := peer(r)
	if !p.trusted(at) {
		return at
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, ok := address(strings.TrimSpace(hops[i]))
		if !ok {
			return at
		}
		if at = hop; !p.trusted(at) {
			return at
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
