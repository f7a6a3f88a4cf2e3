package config

// checkKeysFile wants the file of API keys, and has doctor check its mode like a secret's: anybody who can write it is let in.
func (c *Config) checkKeysFile(e *env) {
	if c.APIKeysFile == "" {
		e.errorf("API_KEYS_FILE", "is required: keygen makes it")
		return
	}
	c.SecretFiles = append(c.SecretFiles, c.APIKeysFile)
}
