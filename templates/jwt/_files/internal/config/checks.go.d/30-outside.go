package config

import (
	"slices"
	"strings"

	"example.com/app/internal/jwks"
)

// developmentKeys is where the command token --dev leaves the public half of its key.
const developmentKeys = ".secrets/issuer-keys.json"

// OnThisMachine reports whether nobody but this machine can reach the service.
func (c *Config) OnThisMachine() bool {
	return Loopback(c.Addr) && c.PublicURL != nil && LocalHost(c.PublicURL.Hostname())
}

// checkIssuer checks the settings about the issuer together. On this machine there may be none yet: the command token --dev
// plays one, under the service's own address.
func (c *Config) checkIssuer(e *env) {
	if c.OnThisMachine() && c.TokenJWKSURL == nil && c.TokenJWKSFile == "" {
		c.TokenJWKSFile = developmentKeys
	}
	if c.OnThisMachine() && c.TokenIssuer == "" {
		c.TokenIssuer = c.PublicURL.String()
	}
	if (c.TokenJWKSURL == nil) == (c.TokenJWKSFile == "") {
		e.errorf("TOKEN_JWKS_URL", "set it or TOKEN_JWKS_FILE, and not both: that is where the issuer's keys are")
	}
	if c.TokenJWKSURL != nil && c.TokenJWKSURL.Scheme != "https" && !LocalHost(c.TokenJWKSURL.Hostname()) {
		e.errorf("TOKEN_JWKS_URL", "must be https for any host but this machine: who sends the keys decides who gets in")
	}
	if c.TokenIssuer == "" {
		e.errorf("TOKEN_ISSUER", "is required: it is the iss of the tokens that are accepted")
	}
	if strings.ContainsFunc(c.TokenIssuer, func(r rune) bool { return r <= ' ' || r > '~' }) {
		e.errorf("TOKEN_ISSUER", "want the issuer's iss, without spaces")
	}
	unknown := func(a string) bool { return !slices.Contains(jwks.Algorithms, a) }
	if len(c.TokenAlgorithms) == 0 || slices.ContainsFunc(c.TokenAlgorithms, unknown) {
		e.errorf("TOKEN_ALGORITHMS", "want some of %s", strings.Join(jwks.Algorithms, ", "))
	}
}
