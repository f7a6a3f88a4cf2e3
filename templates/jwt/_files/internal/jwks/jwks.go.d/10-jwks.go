// Package jwks reads and writes sets of public keys (RFC 7517, RFC 8037).
package jwks

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// The signature algorithms that a key may have.
const (
	EdDSA = "EdDSA"
	ES256 = "ES256"
	PS256 = "PS256"
	RS256 = "RS256"
)

// ErrUnknown says that no key has an id.
var ErrUnknown = errors.New("jwks: unknown key")

// A Key is a public key.
type Key struct {
	ID         string
	Algorithms []string // of the signatures that it verifies
	Public     crypto.PublicKey
}

// wire is the form of a key in a set.
type wire struct {
	Type      string   `json:"kty"`
	ID        string   `json:"kid,omitempty"`
	Use       string   `json:"use,omitempty"`
	Uses      []string `json:"key_ops,omitempty"`
	Algorithm string   `json:"alg,omitempty"`
	Curve     string   `json:"crv,omitempty"`
	X         string   `json:"x,omitempty"`
	Y         string   `json:"y,omitempty"`
	N         string   `json:"n,omitempty"`
	E         string   `json:"e,omitempty"`
}

// Ed25519 returns a public key under its thumbprint (RFC 7638): the id follows from the key, so that no two keys share one.
func Ed25519(public ed25519.PublicKey) Key {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + encode(public) + `"}`))
	return Key{ID: encode(sum[:]), Algorithms: []string{EdDSA}, Public: public}
}

// Marshal writes Ed25519 keys as a set.
func Marshal(keys ...Key) ([]byte, error) {
	set := struct {
		Keys []wire `json:"keys"`
	}{Keys: []wire{}}
	for _, k := range keys {
		public, ok := k.Public.(ed25519.PublicKey)
		if !ok {
			return nil, fmt.Errorf("jwks: %T is not an Ed25519 public key", k.Public)
		}
		set.Keys = append(set.Keys, wire{Type: "OKP", Curve: "Ed25519", ID: k.ID, Use: "sig", Algorithm: EdDSA, X: encode(public)})
	}
	return json.Marshal(set)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
