package config

import "example.com/app/internal/guard"

// origins reads exact origins, separated by commas.
func (e *env) origins(name, fallback string) []string {
	return parsed(e, name, fallback, guard.ParseOrigins)
}
