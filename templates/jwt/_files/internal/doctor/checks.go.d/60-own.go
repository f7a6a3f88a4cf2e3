package doctor

import (
	"context"
	"time"

	"example.com/app/internal/config"
)

const (
	longTokenTTL   = 15 * time.Minute
	longRefreshTTL = 30 * 24 * time.Hour
)

// tokenLifetimes looks at how long tokens live.
func tokenLifetimes(_ context.Context, c config.Config, _ Host) []Finding {
	var found []Finding
	if c.TokenTTL > longTokenTTL {
		found = append(found, Finding{"token-ttl", Warning, "access tokens live longer than 15 minutes: other services that verify them learn of a revocation that late", "set TOKEN_TTL to 15m or less"})
	}
	if c.RefreshTTL > longRefreshTTL {
		found = append(found, Finding{"refresh-ttl", Warning, "a login lasts longer than 30 days", "set REFRESH_TTL to 720h or less"})
	}
	return found
}
