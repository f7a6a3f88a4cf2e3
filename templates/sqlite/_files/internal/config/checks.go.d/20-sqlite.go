package config

import "strings"

func (c *Config) checkDatabase(e *env) {
	if !strings.HasPrefix(c.DatabaseURL.Reveal(), "file:") {
		e.errorf("DATABASE_URL", "want file: and the name of a file")
	}
}
