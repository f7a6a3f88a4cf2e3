// Package token signs and verifies access tokens (RFC 7519, RFC 9068).
//
// What a valid token is follows from Rules and not from the token: who issued it, for whom, of which type, by which algorithms (RFC
// 8725). A token names its key by id, which is only looked up; keys and addresses of keys that a token contains (jwk, jku, x5c, x5u)
// are not read.
package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"example.com/app/internal/identity"
	"example.com/app/internal/jwks"
)

const (
	// Type is that of access tokens (RFC 9068 section 2.1). An ID token, or anything else the same issuer signs, has another.
	Type = "at+jwt"
	// leeway is how far the clocks of this service and of the issuer may differ.
	leeway = 30 * time.Second
	// maxLength bounds what is parsed for a stranger; real tokens have a kilobyte or two.
	maxLength = 8 << 10
	// maxSubject follows OpenID Connect Core section 2: a sub has at most 255 ASCII characters.
	maxSubject = 255
	// lastSecond is the end of the year 9999.
	lastSecond = 253402300799
)

// dates are the claims that are a NumericDate.
var dates = []string{"exp", "nbf", "iat", "auth_time"}

// Rules are what every token must satisfy.
type Rules struct {
	Issuer     string
	Audience   string   // us
	Type       string   // of the header
	Algorithms []string // for example EdDSA
}

// Keys find the key that a token names. The error is jwks.ErrUnknown, or a failure of the service.
type Keys interface {
	Find(ctx context.Context, id string) (jwks.Key, error)
}

// Claims are what a token says.
type Claims struct {
	jwt.RegisteredClaims
	Scope    string           `json:"scope,omitempty"` // separated by spaces (RFC 8693 section 4.2)
	Session  string           `json:"sid,omitempty"`
	AuthTime *jwt.NumericDate `json:"auth_time,omitempty"`
}

// UnmarshalJSON accepts a date only if it is a NumericDate: a JSON number of seconds (RFC 7519 section 2), up to the year 9999. The
// library takes text that looks like a number too, and overflows silently.
func (c *Claims) UnmarshalJSON(b []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	for name, value := range all {
		if !slices.ContainsFunc(dates, func(date string) bool { return strings.EqualFold(name, date) }) { // as encoding/json matches names
			continue
		}
		var seconds float64
		if err := json.Unmarshal(value, &seconds); err != nil || seconds < 0 || seconds > lastSecond || string(value) == "null" {
			return errors.New("token: not a NumericDate")
		}
	}
	type plain Claims // without this method
	return json.Unmarshal(b, (*plain)(c))
}

// A Verifier checks tokens.
type Verifier struct {
	rules  Rules
	keys   Keys
	parser *jwt.Parser
}

// NewVerifier returns a Verifier. Now is the clock. An empty rule is a bug and panics: the parser would take it for "any".
func NewVerifier(rules Rules, keys Keys, now func() time.Time) *Verifier {
	if rules.Issuer == "" || rules.Audience == "" || rules.Type == "" || len(rules.Algorithms) == 0 {
		panic("token: a verifier needs every rule")
	}
	return &Verifier{rules: rules, keys: keys, parser: jwt.NewParser(
		jwt.WithValidMethods(rules.Algorithms),
		jwt.WithIssuer(rules.Issuer),
		jwt.WithAudience(rules.Audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(now),
		jwt.WithStrictDecoding(), // one token has one spelling
	)}
}

// Verify returns the claims of a valid token. The error wraps identity.ErrInvalid, with a reason that holds nothing of the token, or
// is a failure of the service.
func (v *Verifier) Verify(ctx context.Context, raw string) (Claims, error) {
	if len(raw) > maxLength {
		return Claims{}, invalid("too long")
	}
	var claims Claims
	var own error // a failure of the service
	_, err := v.parser.ParseWithClaims(raw, &claims, func(t *jwt.Token) (any, error) {
		k, err := v.key(ctx, t)
		if err != nil {
			own = err
			return nil, err
		}
		return k, nil
	})
	switch {
	case own != nil:
		return Claims{}, own
	case err != nil:
		return Claims{}, invalid(reason(err))
	case claims.Subject == "" || len(claims.Subject) > maxSubject || strings.ContainsFunc(claims.Subject, func(r rune) bool { return r < ' ' || r > '~' }):
		return Claims{}, invalid("no usable subject")
	}
	return claims, nil
}

// key returns the public key for a token with one of the accepted algorithms.
func (v *Verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	kind, _ := t.Header["typ"].(string)
	if !sameType(kind, v.rules.Type) {
		return nil, invalid("another type of token")
	}
	if _, there := t.Header["crit"]; there {
		return nil, invalid("an extension that must be understood") // RFC 7515 section 4.1.11: none is understood here
	}
	id, _ := t.Header["kid"].(string)
	if id == "" {
		return nil, invalid("no key id")
	}
	k, err := v.keys.Find(ctx, id)
	switch {
	case errors.Is(err, jwks.ErrUnknown):
		return nil, invalid("unknown key")
	case err != nil:
		return nil, err
	case !slices.Contains(k.Algorithms, t.Method.Alg()):
		return nil, invalid("an algorithm that is not the key's")
	}
	return k.Public, nil
}

// sameType compares types of tokens, with or without "application/" (RFC 7515 section 4.1.9).
func sameType(got, want string) bool {
	const prefix = "application/"
	if len(got) > len(prefix) && strings.EqualFold(got[:len(prefix)], prefix) {
		got = got[len(prefix):]
	}
	return strings.EqualFold(got, want)
}

func invalid(reason string) error { return fmt.Errorf("%w: token: %s", identity.ErrInvalid, reason) }

// reason says for the log what was wrong, in its own words: the library's may quote the token.
func reason(err error) string {
	for _, r := range []struct {
		is   error
		text string
	}{
		{jwt.ErrTokenMalformed, "malformed"},
		{jwt.ErrTokenUnverifiable, "no known algorithm"},
		{jwt.ErrTokenSignatureInvalid, "signature or algorithm"},
		{jwt.ErrTokenRequiredClaimMissing, "a claim is missing"},
		{jwt.ErrTokenExpired, "expired"},
		{jwt.ErrTokenNotValidYet, "not valid yet"},
		{jwt.ErrTokenUsedBeforeIssued, "issued in the future"},
		{jwt.ErrTokenInvalidIssuer, "another issuer"},
		{jwt.ErrTokenInvalidAudience, "for somebody else"},
	} {
		if errors.Is(err, r.is) {
			return r.text
		}
	}
	return "invalid"
}
