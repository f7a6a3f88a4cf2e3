package token

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// An Issuer signs access tokens with one Ed25519 key.
type Issuer struct {
	rules   Rules
	id      string
	private ed25519.PrivateKey
	ttl     time.Duration
	now     func() time.Time
}

// NewIssuer returns an Issuer whose tokens satisfy rules and are valid for ttl. Id is that of the key; now is the clock.
func NewIssuer(rules Rules, id string, private ed25519.PrivateKey, ttl time.Duration, now func() time.Time) *Issuer {
	return &Issuer{rules: rules, id: id, private: private, ttl: ttl, now: now}
}

// Issue signs a token for subject, who signed in at authTime. Session is the id of the session that the token ends with.
func (i *Issuer) Issue(subject, session string, scopes []string, authTime time.Time) (string, error) {
	now := i.now()
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, Claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    i.rules.Issuer,
			Subject:   subject,
			Audience:  jwt.ClaimStrings{i.rules.Audience},
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(i.ttl)),
			ID:        rand.Text(),
		},
		Scope:    strings.Join(scopes, " "),
		Session:  session,
		AuthTime: jwt.NewNumericDate(authTime),
	})
	t.Header["typ"], t.Header["kid"] = i.rules.Type, i.id
	signed, err := t.SignedString(i.private)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return signed, nil
}
