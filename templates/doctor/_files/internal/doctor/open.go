package doctor

import (
	"context"

	"example.com/app/internal/config"
)

// open finds notes that whoever comes by may read, change and delete: this service has no sign-in.
func open(_ context.Context, c config.Config, _ Host) []Finding {
	if config.Loopback(c.Addr) {
		return nil
	}
	return []Finding{{
		Code:     "no-authentication",
		Severity: Warning,
		Message:  "everybody who reaches the public listener may read, change and delete all notes",
		Fix:      "let only trusted clients reach it, or generate the service with an --auth style",
	}}
}
