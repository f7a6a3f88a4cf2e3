// Package signingkey holds the private key that signs tokens.
//
// A file has one or two keys as PEM: the first signs, the other one only verifies. That is how a key is replaced without signing
// anybody out: the new key is published before it signs, and the old one is removed when the last token under it has expired. The id
// of a key is its thumbprint.
package signingkey

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"example.com/app/internal/jwks"
)

// maxKeys is one key that signs, and one that is being added or removed.
const maxKeys = 2

// minDistinct is how many different bytes a private key must have. Of 32 random bytes about 30 differ; fewer than 16 do once in more
// than 10^14 keys.
const minDistinct = 16

// Keys are the key that signs and the keys that verify. The zero Keys has none.
type Keys struct {
	id      string
	private ed25519.PrivateKey
	public  []jwks.Key
}

// Parse reads PEM: an Ed25519 private key (PKCS#8), then at most one more, or its public half (PKIX). Errors name positions and never values.
func Parse(text string) (Keys, error) {
	var keys Keys
	rest := []byte(text)
	for n := 1; ; n++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if n > maxKeys {
			return Keys{}, fmt.Errorf("more than %d keys: remove the oldest", maxKeys)
		}
		private, public, err := read(block)
		if err != nil {
			return Keys{}, fmt.Errorf("key %d: %w", n, err)
		}
		k := jwks.Ed25519(public)
		if n == 1 {
			if private == nil {
				return Keys{}, errors.New("key 1: signs, and must be a private key")
			}
			keys.id, keys.private = k.ID, private
		} else if k.ID == keys.id {
			return Keys{}, fmt.Errorf("key %d: is repeated", n)
		}
		keys.public = append(keys.public, k)
	}
	if keys.private == nil {
		return Keys{}, errors.New("want an Ed25519 private key, PKCS#8 in PEM")
	}
	return keys, nil
}

func read(block *pem.Block) (ed25519.PrivateKey, ed25519.PublicKey, error) {
	switch block.Type {
	case "PRIVATE KEY":
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		private, ok := parsed.(ed25519.PrivateKey)
		if err != nil || !ok {
			return nil, nil, errors.New("is not an Ed25519 private key")
		}
		different := map[byte]bool{}
		for _, b := range private.Seed() {
			different[b] = true
		}
		if len(different) < minDistinct {
			return nil, nil, errors.New("is not a random key: make one with keygen")
		}
		return private, private.Public().(ed25519.PublicKey), nil
	case "PUBLIC KEY":
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		public, ok := parsed.(ed25519.PublicKey)
		if err != nil || !ok {
			return nil, nil, errors.New("is not an Ed25519 public key")
		}
		return nil, public, nil
	}
	return nil, nil, errors.New("is neither PRIVATE KEY nor PUBLIC KEY")
}

// Generate makes a key and returns it as Parse reads it.
func Generate() ([]byte, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// Signing returns the key that signs and its id.
func (k Keys) Signing() (id string, private ed25519.PrivateKey) { return k.id, k.private }
