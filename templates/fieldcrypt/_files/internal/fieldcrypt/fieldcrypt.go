// Package fieldcrypt encrypts single columns with AES-256-GCM (ASVS 5.0.0 V11.3.2 to V11.3.4, V14.2.4), so that a stolen
// backup, a replica or a curious administrator of the database shows nothing.
//
// A sealed value is bound to its place: table, column and row are authenticated with it, so that one that was changed, or
// copied to another row, does not open. It names the key it was sealed with, so that keys can be replaced. Nothing here falls
// back to plain text.
//
// What it does not hide: that a row exists, whose it is, how long the value is, when it changed.
package fieldcrypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"example.com/app/internal/keyring"
)

const (
	version  = "v1" // of the form: v1.<key id>.<base64url of salt, nonce, ciphertext and tag>
	saltSize = 16
)

// ErrKey says that a value was sealed with a key that the ring does not hold, ErrTampered that a value is not what was sealed
// in this place.
var (
	ErrKey      = errors.New("fieldcrypt: unknown key")
	ErrTampered = errors.New("fieldcrypt: tampered with")
)

// A Cipher seals with the newest key of a ring and opens with all of them.
type Cipher struct{ ring keyring.Ring }

// New returns the cipher of a ring, which must hold a key.
func New(ring keyring.Ring) *Cipher { return &Cipher{ring} }

// Seal encrypts plain for the place that table, column and row name.
func (c *Cipher) Seal(plain []byte, table, column, row string) string {
	key := c.ring.Newest()
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt)                                                              // never fails
	sealed := aead(key, salt).Seal(salt, nil, plain, place(key.ID, table, column, row)) //nolint:gosec // the cipher makes the nonce
	return version + "." + key.ID + "." + base64.RawURLEncoding.EncodeToString(sealed)
}

// Open decrypts what Seal made for the same place; ErrKey or ErrTampered.
func (c *Cipher) Open(sealed, table, column, row string) ([]byte, error) {
	id, data, ok := parse(sealed)
	if !ok {
		return nil, ErrTampered
	}
	key, ok := c.ring.Find(id)
	if !ok {
		return nil, ErrKey
	}
	plain, err := aead(key, data[:saltSize]).Open(nil, nil, data[saltSize:], place(id, table, column, row))
	if err != nil {
		return nil, ErrTampered
	}
	return plain, nil
}

// Reseal returns the value under the newest key; the value itself if it is there already.
func (c *Cipher) Reseal(sealed, table, column, row string) (string, error) {
	plain, err := c.Open(sealed, table, column, row)
	if err != nil {
		return "", err
	}
	if id, _, _ := parse(sealed); id == c.ring.Newest().ID {
		return sealed, nil
	}
	return c.Seal(plain, table, column, row), nil
}

// Sealed reports whether a value has the form of what Seal makes.
func Sealed(value string) bool {
	_, _, ok := parse(value)
	return ok
}

func parse(sealed string) (id string, data []byte, ok bool) {
	form, rest, _ := strings.Cut(sealed, ".")
	id, text, _ := strings.Cut(rest, ".")
	data, err := base64.RawURLEncoding.DecodeString(text)
	canonical := base64.RawURLEncoding.EncodeToString(data) == text // the decoder skips line breaks
	return id, data, form == version && err == nil && canonical && len(data) >= saltSize
}

// aead returns AES-256-GCM under a key of the value's own, derived from the salt. Random nonces limit one key to 2^32
// messages (NIST SP 800-38D section 8.3): with a key for each value nobody has to count.
func aead(key keyring.Key, salt []byte) cipher.AEAD {
	derived, err := hkdf.Key(sha256.New, key.Bytes, salt, "fieldcrypt "+version, 32)
	if err != nil {
		panic(fmt.Errorf("fieldcrypt: %w", err)) // the length is within HKDF's bounds
	}
	b, err := aes.NewCipher(derived)
	if err != nil {
		panic(fmt.Errorf("fieldcrypt: %w", err)) // 32 bytes are a key
	}
	g, err := cipher.NewGCMWithRandomNonce(b)
	if err != nil {
		panic(fmt.Errorf("fieldcrypt: %w", err)) // AES has the block size that GCM wants
	}
	return g
}

// place is the additional data: each part with its length in front, so that no two places are written alike.
func place(parts ...string) []byte {
	var b []byte
	for _, p := range append([]string{version}, parts...) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}
