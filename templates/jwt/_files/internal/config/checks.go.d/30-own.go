package config

import (
	"time"

	"example.com/app/internal/signingkey"
)

// Bounds of lifetimes. An access token is checked against the database at each request, so that a long one is no hole here; other
// services that verify it by the published keys know nothing of a revocation until it expires.
const (
	maxTokenTTL   = time.Hour
	maxRefreshTTL = 90 * 24 * time.Hour
)

// signingKeys reads the keys that tokens are signed with, as PEM. There is no default.
func (e *env) signingKeys(name, fallback string) signingkey.Keys {
	before := len(e.problems)
	text := e.secret(name, fallback)
	if len(e.problems) > before {
		return signingkey.Keys{}
	}
	if text == "" {
		e.errorf(name, "is required: make a key with keygen")
		return signingkey.Keys{}
	}
	keys, err := signingkey.Parse(text.Reveal())
	if err != nil {
		e.errorf(name, "%v", err)
	}
	return keys
}

// checkTokens fills in who issues tokens and checks how long they live.
func (c *Config) checkTokens(e *env) {
	if c.TokenIssuer == "" && c.PublicURL != nil {
		c.TokenIssuer = c.PublicURL.String()
	}
	if c.TokenTTL < time.Second || c.TokenTTL > maxTokenTTL {
		e.errorf("TOKEN_TTL", "want a duration from 1s to %s", maxTokenTTL)
	}
	if c.RefreshTTL < c.TokenTTL || c.RefreshTTL > maxRefreshTTL {
		e.errorf("REFRESH_TTL", "want a duration from TOKEN_TTL to %s", maxRefreshTTL)
	}
}
