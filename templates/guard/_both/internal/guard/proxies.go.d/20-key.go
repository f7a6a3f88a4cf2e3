package guard

import "net/netip"

// A Key stands for a client where clients are counted: a whole IPv4 address, or the /64 of an IPv6 address, because a single host is given at least that much
// (RFC 6177) and could use a new address for every request. Clients without an address, on a Unix socket, share the zero Key.
type Key [16]byte

// KeyOf returns the key of a client's address.
func KeyOf(a netip.Addr) Key { return keyOf(a, 64) }

// keyOf returns the key of the first bits of an IPv6 address, or of an IPv4 address as it is.
func keyOf(a netip.Addr, bits int) Key {
	if !a.IsValid() {
		return Key{}
	}
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return a.As16()
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return a.As16() // an IPv6 address has a prefix of any length up to 128
	}
	return p.Addr().As16()
}
