package config

import "strings"

func (c *Config) checkDatabase(e *env) {
	if c.DatabaseURL == "" {
		e.errorf("DATABASE_URL", "is required")
	}
	for name, value := range map[string]Secret{"DATABASE_URL": c.DatabaseURL, "MIGRATE_DATABASE_URL": c.MigrateDatabaseURL} {
		if text := value.Reveal(); text != "" && !strings.HasPrefix(text, "postgres://") && !strings.HasPrefix(text, "postgresql://") {
			e.errorf(name, "want postgres://user:password@host/database?sslmode=verify-full")
		}
	}
}
