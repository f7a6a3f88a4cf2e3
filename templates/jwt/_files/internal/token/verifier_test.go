package token

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"example.com/app/internal/identity"
	"example.com/app/internal/jwks"
	"example.com/app/internal/problem"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// keys is what a verifier knows; "away" stands for keys that are unavailable.
type keys map[string]jwks.Key

func (k keys) Find(_ context.Context, id string) (jwks.Key, error) {
	if id == "away" {
		return jwks.Key{}, fmt.Errorf("fetch: %w", problem.Unavailable)
	}
	found, ok := k[id]
	if !ok {
		return jwks.Key{}, jwks.ErrUnknown
	}
	return found, nil
}

var rules = Rules{Issuer: "https://issuer.example.com", Audience: "orders", Type: Type, Algorithms: []string{jwks.EdDSA, jwks.ES256}}

type bench struct {
	private  ed25519.PrivateKey
	curve    *ecdsa.PrivateKey
	verifier *Verifier
	now      time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{private: private, curve: curve, now: noon}
	b.verifier = NewVerifier(rules, keys{
		"ed":    {ID: "ed", Algorithms: []string{jwks.EdDSA}, Public: public},
		"ec":    {ID: "ec", Algorithms: []string{jwks.ES256}, Public: curve.Public()},
		"other": {ID: "other", Algorithms: []string{jwks.PS256}, Public: public},
	}, func() time.Time { return b.now })
	return b
}

// sign makes a token that is in order but for what change does to it.
func (b *bench) sign(t *testing.T, change func(*jwt.Token, jwt.MapClaims)) string {
	t.Helper()
	claims := jwt.MapClaims{"iss": rules.Issuer, "aud": rules.Audience, "sub": "ann", "exp": noon.Add(time.Minute).Unix()}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["typ"], token.Header["kid"] = Type, "ed"
	change(token, claims)
	var key any = b.private
	switch token.Method.Alg() {
	case "ES256":
		key = b.curve
	case "HS256":
		key = []byte(b.private.Public().(ed25519.PublicKey))
	case "none":
		key = jwt.UnsafeAllowNoneSignatureType
	}
	signed, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func header(name string, value any) func(*jwt.Token, jwt.MapClaims) {
	return func(t *jwt.Token, _ jwt.MapClaims) { t.Header[name] = value }
}

func claim(name string, value any) func(*jwt.Token, jwt.MapClaims) {
	return func(_ *jwt.Token, c jwt.MapClaims) {
		c[name] = value
		if value == nil {
			delete(c, name)
		}
	}
}

func method(m jwt.SigningMethod) func(*jwt.Token, jwt.MapClaims) {
	return func(t *jwt.Token, _ jwt.MapClaims) { t.Method, t.Header["alg"] = m, m.Alg() }
}

func TestForged(t *testing.T) {
	b := newBench(t)
	tests := []struct {
		name   string
		change func(*jwt.Token, jwt.MapClaims)
		reason string // "" if the token is in order
	}{
		{"in order", func(*jwt.Token, jwt.MapClaims) {}, ""},
		{"by the other algorithm", func(t *jwt.Token, c jwt.MapClaims) { method(jwt.SigningMethodES256)(t, c); t.Header["kid"] = "ec" }, ""},
		{"typ with application/", header("typ", "application/at+jwt"), ""},
		{"typ in capitals", header("typ", "AT+JWT"), ""},
		{"among the audiences", claim("aud", []string{"else", "orders"}), ""},
		{"alg none", method(jwt.SigningMethodNone), "signature or algorithm"},
		{"HS256 with the public key", method(jwt.SigningMethodHS256), "signature or algorithm"},
		{"alg unheard of", header("alg", "XX999"), "no known algorithm"},
		{"alg of another key", func(t *jwt.Token, c jwt.MapClaims) { method(jwt.SigningMethodES256)(t, c) }, "an algorithm that is not the key's"},
		{"key for another algorithm", header("kid", "other"), "an algorithm that is not the key's"},
		{"unknown kid", header("kid", "../ed"), "unknown key"},
		{"kid in another case", header("kid", "ED"), "unknown key"},
		{"no kid", header("kid", nil), "no key id"},
		{"kid is a list", header("kid", []string{"ed"}), "no key id"},
		{"crit", header("crit", []string{"exp"}), "an extension that must be understood"},
		{"ID token", header("typ", "JWT"), "another type of token"},
		{"no type", header("typ", nil), "another type of token"},
		{"type is longer", header("typ", "at+jwt2"), "another type of token"},
		{"another issuer", claim("iss", "https://issuer.example.com.evil.example"), "another issuer"},
		{"no issuer", claim("iss", nil), "a claim is missing"},
		{"for somebody else", claim("aud", "else"), "for somebody else"},
		{"for others", claim("aud", []string{"else", "orders2"}), "for somebody else"},
		{"for nobody", claim("aud", nil), "a claim is missing"},
		{"no subject", claim("sub", nil), "no usable subject"},
		{"subject with a line break", claim("sub", "ann\nbob"), "no usable subject"},
		{"endless subject", claim("sub", strings.Repeat("a", 256)), "no usable subject"},
		{"no expiry", claim("exp", nil), "a claim is missing"},
		{"endless", claim("pad", strings.Repeat("a", maxLength)), "too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := b.verifier.Verify(context.Background(), b.sign(t, tt.change))
			switch {
			case tt.reason == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.reason != "" && (!errors.Is(err, identity.ErrInvalid) || !strings.HasSuffix(err.Error(), "token: "+tt.reason)):
				t.Errorf("got %v, want %q", err, tt.reason)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	b := newBench(t)
	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	for _, tt := range []struct {
		name   string
		change func(*jwt.Token, jwt.MapClaims)
		ok     bool
	}{
		{"expires now", claim("exp", at(0)), true},
		{"expired within the leeway", claim("exp", at(-29*time.Second)), true},
		{"expired beyond it", claim("exp", at(-30*time.Second)), false},
		{"valid within the leeway", claim("nbf", at(30*time.Second)), true},
		{"valid later", claim("nbf", at(31*time.Second)), false},
		{"issued within the leeway", claim("iat", at(30*time.Second)), true},
		{"issued later", claim("iat", at(31*time.Second)), false},
		{"expires at a fraction of a second", claim("exp", float64(at(0))+0.5), true},
		{"expires in words", claim("exp", fmt.Sprint(at(time.Hour))), false},
		{"expires never", claim("exp", json.RawMessage("1e300")), false},
		{"expires at null", claim("exp", json.RawMessage("null")), false},
		{"expires before 1970", claim("exp", -1), false},
		{"valid in words", claim("nbf", "0"), false},
		{"valid from an overflow", claim("nbf", json.RawMessage("1e300")), false},
		{"issued in words", claim("iat", "0"), false},
		{"signed in from an overflow", claim("auth_time", json.RawMessage("-1e300")), false},
		{"in capitals", claim("NBF", "0"), false},
	} {
		if _, err := b.verifier.Verify(context.Background(), b.sign(t, tt.change)); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// A failure of the service is not a forgery: it must not look like one.
func TestKeysAway(t *testing.T) {
	b := newBench(t)
	_, err := b.verifier.Verify(context.Background(), b.sign(t, header("kid", "away")))
	if errors.Is(err, identity.ErrInvalid) || problem.From(err).Status != 503 {
		t.Errorf("got %v", err)
	}
}

func TestEveryRuleIsNeeded(t *testing.T) {
	for name, r := range map[string]Rules{
		"no issuer":     {"", rules.Audience, rules.Type, rules.Algorithms},
		"no audience":   {rules.Issuer, "", rules.Type, rules.Algorithms},
		"no type":       {rules.Issuer, rules.Audience, "", rules.Algorithms},
		"no algorithms": {rules.Issuer, rules.Audience, rules.Type, nil},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			NewVerifier(r, keys{}, time.Now)
		}()
	}
}

func TestIssue(t *testing.T) {
	b := newBench(t)
	i := NewIssuer(rules, "ed", b.private, 15*time.Minute, func() time.Time { return b.now })
	signed, err := i.Issue("ann", "session-1", []string{"notes:read", "notes:write"}, noon.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	c, err := b.verifier.Verify(context.Background(), signed)
	if err != nil {
		t.Fatal(err)
	}
	if c.Subject != "ann" || c.Session != "session-1" || c.Scope != "notes:read notes:write" || !c.AuthTime.Equal(noon.Add(-time.Hour)) ||
		!c.ExpiresAt.Equal(noon.Add(15*time.Minute)) || !c.NotBefore.Equal(noon) || !c.IssuedAt.Equal(noon) || len(c.ID) < 26 {
		t.Errorf("claims: %+v", c)
	}
	b.now = noon.Add(15*time.Minute + leeway)
	if _, err := b.verifier.Verify(context.Background(), signed); err == nil {
		t.Error("it lives on")
	}
}
