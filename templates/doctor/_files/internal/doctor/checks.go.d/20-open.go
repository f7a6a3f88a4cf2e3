package doctor

import (
	"context"

	"example.com/app/internal/config"
)

// open finds a public listener without authentication.
func open(_ context.Context, c config.Config, _ Host) []Finding {
	if config.Loopback(c.Addr) {
		return nil
	}
	return []Finding{{
		Code:     "no-authentication",
		Severity: Warning,
		Message:  "everybody who can reach the public listener can read, change and delete everything",
		Fix:      "let only trusted clients reach it, or generate the service with --auth",
	}}
}
