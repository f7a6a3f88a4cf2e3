package jwks

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
)

// Algorithms are all of them.
var Algorithms = []string{EdDSA, ES256, PS256, RS256}

const (
	maxKeys    = 100  // an issuer has two or three
	minRSABits = 2048 // NIST SP 800-131A
	maxRSABits = 8192 // verifying takes longer with each bit
)

// A Set is public keys by their id. The zero Set has none.
type Set struct{ keys map[string]Key }

// Find returns the key with an id: an exact match in a map, for any id.
func (s Set) Find(id string) (Key, bool) {
	k, ok := s.keys[id]
	return k, ok
}

// IDs returns the ids of all keys, sorted.
func (s Set) IDs() []string { return slices.Sorted(maps.Keys(s.keys)) }

// private are the members that no public key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4).
var private = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// Parse reads a set and keeps the keys that verify signatures by one of the algorithms and have an id. What a key may be used for
// follows from the set and never from a token: an Ed25519 key verifies EdDSA, a P-256 key ES256, an RSA key what the set says or
// PS256 and RS256. Keys of other kinds are left out; a set with a private or symmetric key, with two keys of one id or with a key
// that is malformed or too weak is rejected.
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
		if _, repeated := s.keys[k.ID]; repeated {
			return Set{}, fmt.Errorf("key %d: another key has this id", i+1)
		}
		s.keys[k.ID] = k
	}
	return s, nil
}

// key reads the parameters. A kind that is not supported is a key without algorithms.
func (w wire) key() (Key, error) {
	switch {
	case w.Type == "OKP" && w.Curve == "Ed25519":
		x, err := decode(w.X)
		if err != nil || len(x) != ed25519.PublicKeySize {
			return Key{}, errors.New("malformed Ed25519 key")
		}
		return Key{w.ID, []string{EdDSA}, ed25519.PublicKey(x)}, nil
	case w.Type == "EC" && w.Curve == "P-256":
		x, xerr := decode(w.X)
		y, yerr := decode(w.Y)
		if xerr != nil || yerr != nil || len(x) != 32 || len(y) != 32 {
			return Key{}, errors.New("malformed P-256 key")
		}
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y)) // refuses points off the curve
		if err != nil {
			return Key{}, errors.New("malformed P-256 key")
		}
		return Key{w.ID, []string{ES256}, public}, nil
	case w.Type == "RSA":
		n, nerr := decode(w.N)
		e, eerr := decode(w.E)
		if nerr != nil || eerr != nil || len(e) == 0 || len(e) > 4 {
			return Key{}, errors.New("malformed RSA key")
		}
		public := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
		if bits := public.N.BitLen(); bits < minRSABits || bits > maxRSABits || public.E < 65537 || public.E%2 == 0 {
			return Key{}, fmt.Errorf("weak RSA key: want %d to %d bits and an odd exponent from 65537", minRSABits, maxRSABits)
		}
		return Key{w.ID, []string{PS256, RS256}, public}, nil
	}
	return Key{ID: w.ID}, nil
}

func decode(s string) ([]byte, error) { return base64.RawURLEncoding.Strict().DecodeString(s) }
