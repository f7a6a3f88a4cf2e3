package config

import "strings"

// deriveHosts fills in the hosts that requests may name.
func (c *Config) deriveHosts(e *env) {
	for i, h := range c.AllowedHosts {
		h = strings.ToLower(strings.Trim(h, "[]"))
		if strings.ContainsAny(h, "/*@ ") || strings.Count(h, ":") == 1 {
			e.errorf("ALLOWED_HOSTS", "want host names or addresses, without scheme, port or wildcard")
		}
		c.AllowedHosts[i] = h
	}
	if len(c.AllowedHosts) == 0 && c.PublicURL != nil {
		c.AllowedHosts = []string{strings.ToLower(c.PublicURL.Hostname())}
		if Loopback(c.Addr) {
			c.AllowedHosts = append(c.AllowedHosts, "localhost", "127.0.0.1", "::1")
		}
	}
}
