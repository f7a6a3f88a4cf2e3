package config

// deriveProxies refuses settings that would let a client name its own address.
func (c *Config) deriveProxies(e *env) {
	if c.BehindProxy && len(c.TrustedProxies) == 0 {
		e.errorf("TRUSTED_PROXIES", "is required with BEHIND_PROXY: without it any client could name its own address")
	}
	for _, p := range c.TrustedProxies {
		if p.Bits() == 0 {
			e.errorf("TRUSTED_PROXIES", "must not contain the whole internet")
		}
	}
}
