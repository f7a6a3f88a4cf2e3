package guard

import "net/netip"

// Network returns the part of an address that one client can be expected to hold: a whole IPv4 address, or the /64 of an IPv6 address, because a single host
// is given at least that much (RFC 6177) and could use a new address for every request.
func Network(a netip.Addr) netip.Addr { return network(a, 64) }

// network returns the first bits of an IPv6 address, and an IPv4 address as it is.
func network(a netip.Addr, bits int) netip.Addr {
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return a
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return a // an IPv6 address has a prefix of any length up to 128
	}
	return p.Addr()
}

// A Key stands for a client where clients are counted.
type Key [16]byte

// KeyOf returns the key of a client's Network. Clients without an address, on a Unix socket, share the zero Key.
func KeyOf(a netip.Addr) Key { return keyOf(a, 64) }

func keyOf(a netip.Addr, bits int) Key {
	if !a.IsValid() {
		return Key{}
	}
	return network(a, bits).As16()
}
