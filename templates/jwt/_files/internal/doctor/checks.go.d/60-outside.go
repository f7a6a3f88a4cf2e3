package doctor

import (
	"context"
	"slices"
	"strings"

	"example.com/app/internal/config"
	"example.com/app/internal/jwks"
	"example.com/app/internal/token"
)

// issuer looks at whose tokens are accepted. A URL is not asked: a check opens nothing beyond this machine.
func issuer(_ context.Context, c config.Config, _ Host) []Finding {
	var found []Finding
	if !strings.EqualFold(c.TokenType, token.Type) {
		found = append(found, Finding{"token-type", Warning, "tokens of another type than at+jwt are accepted, perhaps ID tokens too", "have the issuer sign access tokens of type at+jwt and leave TOKEN_TYPE out"})
	}
	if c.TokenJWKSFile == "" {
		return found
	}
	set, err := jwks.ReadFile(c.TokenJWKSFile, c.TokenAlgorithms)
	switch {
	case err != nil:
		found = append(found, Finding{"issuer-keys", Fatal, "the file of the issuer's keys cannot be used", "set TOKEN_JWKS_FILE to a JSON Web Key Set of public keys only"})
	case c.OnThisMachine(): // token --dev may come later, and its key may stay
	case len(set.IDs()) == 0:
		found = append(found, Finding{"issuer-keys", Warning, "there is no key of an issuer: every token is refused", "put the issuer's keys into the file that TOKEN_JWKS_FILE names"})
	case slices.ContainsFunc(set.IDs(), token.ForDevelopment):
		found = append(found, Finding{"development-key", Fatal, "a key that token --dev made is accepted on a public listener", "take the key out of the file that TOKEN_JWKS_FILE names"})
	}
	return found
}
