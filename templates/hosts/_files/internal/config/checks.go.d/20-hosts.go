package config

import (
	"strings"

	"example.com/app/internal/guard"
)

// hosts reads host names and addresses, separated by commas.
func (e *env) hosts(name, fallback string) []string {
	return parsed(e, name, fallback, guard.ParseHosts)
}

// deriveHosts fills in the hosts that requests may name.
func (c *Config) deriveHosts(*env) {
	if len(c.AllowedHosts) == 0 && c.PublicURL != nil {
		c.AllowedHosts = []string{strings.ToLower(c.PublicURL.Hostname())}
		if Loopback(c.Addr) {
			c.AllowedHosts = append(c.AllowedHosts, "localhost", "127.0.0.1", "::1")
		}
	}
}
