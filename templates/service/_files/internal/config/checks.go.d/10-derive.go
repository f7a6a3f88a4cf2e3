package config

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// derive fills in what follows from other settings and checks what no single setting shows.
func (c *Config) derive(e *env) {
	if c.PublicURL == nil && Loopback(c.Addr) {
		c.PublicURL = &url.URL{Scheme: "http", Host: c.Addr}
	}
	switch {
	case c.PublicURL == nil:
		e.errorf("PUBLIC_URL", "is required when ADDR is not a loopback address")
	case c.PublicURL.Scheme == "http" && !LocalHost(c.PublicURL.Hostname()):
		e.errorf("PUBLIC_URL", "must be https for any host but this machine")
	}
}

// Loopback reports whether addr, a host:port, can be reached from this machine only.
func Loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && LocalHost(host)
}

// LocalHost reports whether host is this machine's loopback name or address.
func LocalHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && a.Unmap().IsLoopback()
}
