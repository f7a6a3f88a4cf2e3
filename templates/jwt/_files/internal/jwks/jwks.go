// Package jwks reads and writes sets of public keys (RFC 7517, RFC 8037).
//
// What a key may be used for follows from the set and never from a token: an Ed25519 key verifies EdDSA, a P-256 key ES256, an RSA key what the
// set says or PS256 and RS256. Anything private or symmetric in a set is refused: whoever published it gave it away.
package jwks

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
)

// The signature algorithms that a key may have.
const (
	EdDSA = "EdDSA"
	ES256 = "ES256"
	PS256 = "PS256"
	RS256 = "RS256"
)

// Algorithms are all of them.
var Algorithms = []string{EdDSA, ES256, PS256, RS256}

const (
	maxKeys    = 100  // an issuer has two or three
	minRSABits = 2048 // NIST SP 800-131A
	maxRSABits = 8192 // verifying takes longer with each bit
)

// ErrUnknown says that no key has an id.
var ErrUnknown = errors.New("jwks: unknown key")

// A Key is a public key.
type Key struct {
	ID         string
	Algorithms []string // of the signatures that it verifies
	Public     crypto.PublicKey
}

// A Set is public keys by their id. The zero Set has none.
type Set struct{ keys map[string]Key }

// Find returns the key with an id: an exact match in a map, whatever the id looks like.
func (s Set) Find(id string) (Key, bool) {
	k, ok := s.keys[id]
	return k, ok
}

// IDs returns the ids of all keys, sorted.
func (s Set) IDs() []string { return slices.Sorted(maps.Keys(s.keys)) }

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

// private are the members that no public key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4).
var private = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// Parse reads a set and keeps the keys that verify signatures by one of the algorithms and have an id. Keys of other kinds are left
// out; a set with a private key, with two keys of one id or with a key that is broken or too weak is refused whole.
func Parse(b []byte, algorithms []string) (Set, error) {
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(b, &document); err != nil || document.Keys == nil {
		return Set{}, errors.New("not a JSON Web Key Set")
	}
	if len(document.Keys) > maxKeys {
		return Set{}, fmt.Errorf("more than %d keys", maxKeys)
	}
	s := Set{keys: map[string]Key{}}
	for i, raw := range document.Keys {
		var members map[string]json.RawMessage
		var w wire
		if json.Unmarshal(raw, &members) != nil || json.Unmarshal(raw, &w) != nil {
			return Set{}, fmt.Errorf("key %d: not a JSON Web Key", i+1)
		}
		for _, name := range private {
			if _, there := members[name]; there {
				return Set{}, fmt.Errorf("key %d: is not a public key", i+1)
			}
		}
		if w.Use != "" && w.Use != "sig" || w.Uses != nil && !slices.Contains(w.Uses, "verify") || w.ID == "" {
			continue
		}
		k, err := w.key()
		if err != nil {
			return Set{}, fmt.Errorf("key %d: %w", i+1, err)
		}
		k.Algorithms = slices.DeleteFunc(k.Algorithms, func(a string) bool { return !slices.Contains(algorithms, a) || w.Algorithm != "" && w.Algorithm != a })
		if len(k.Algorithms) == 0 {
			continue
		}
		if _, twice := s.keys[k.ID]; twice {
			return Set{}, fmt.Errorf("key %d: another key has this id", i+1)
		}
		s.keys[k.ID] = k
	}
	return s, nil
}

// key reads the parameters. A kind that is not ours is a key without algorithms.
func (w wire) key() (Key, error) {
	switch {
	case w.Type == "OKP" && w.Curve == "Ed25519":
		x, err := decode(w.X)
		if err != nil || len(x) != ed25519.PublicKeySize {
			return Key{}, errors.New("broken Ed25519 key")
		}
		return Key{w.ID, []string{EdDSA}, ed25519.PublicKey(x)}, nil
	case w.Type == "EC" && w.Curve == "P-256":
		x, xerr := decode(w.X)
		y, yerr := decode(w.Y)
		if xerr != nil || yerr != nil || len(x) != 32 || len(y) != 32 {
			return Key{}, errors.New("broken P-256 key")
		}
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y)) // refuses points off the curve
		if err != nil {
			return Key{}, errors.New("broken P-256 key")
		}
		return Key{w.ID, []string{ES256}, public}, nil
	case w.Type == "RSA":
		n, nerr := decode(w.N)
		e, eerr := decode(w.E)
		if nerr != nil || eerr != nil || len(e) == 0 || len(e) > 4 {
			return Key{}, errors.New("broken RSA key")
		}
		public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		if bits := public.N.BitLen(); bits < minRSABits || bits > maxRSABits || public.E < 65537 || public.E%2 == 0 {
			return Key{}, fmt.Errorf("weak RSA key: want %d to %d bits and an odd exponent from 65537", minRSABits, maxRSABits)
		}
		return Key{w.ID, []string{PS256, RS256}, public}, nil
	}
	return Key{ID: w.ID}, nil
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
			return nil, fmt.Errorf("jwks: %T is no Ed25519 public key", k.Public)
		}
		set.Keys = append(set.Keys, wire{Type: "OKP", Curve: "Ed25519", ID: k.ID, Use: "sig", Algorithm: EdDSA, X: encode(public)})
	}
	return json.Marshal(set)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decode(s string) ([]byte, error) { return base64.RawURLEncoding.Strict().DecodeString(s) }
