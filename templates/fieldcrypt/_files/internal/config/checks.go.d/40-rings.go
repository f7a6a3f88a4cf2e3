package config

// checkRings rejects a key for two purposes: a leak of one use would open the other (NIST SP 800-57 part 1, section 5.2).
func (c *Config) checkRings(e *env) {
	if c.EncryptionKeys.Shares(c.PasswordPepper) {
		e.errorf("ENCRYPTION_KEYS", "has a key of PASSWORD_PEPPER: make another one with keygen")
	}
}
