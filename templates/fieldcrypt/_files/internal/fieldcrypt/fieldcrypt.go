// Package fieldcrypt encrypts single columns with AES-256-GCM (ASVS 5.0.0 V11.3.2 to V11.3.4, V14.2.4), so that a stolen
// backup, a replica or a curious administrator of the database shows nothing.
//
// A sealed value is bound to its place: table, column and row are authenticated with it, so that one that was changed, or
// copied to another row, does not open. It names the key it was sealed with, so that keys can be replaced. Nothing falls back to
// plain text.
//
// What it does not hide: that a row exists, whose it is, how long the value is, when it changed.
package fieldcrypt

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"example.com/app/internal/event"
	"example.com/app/internal/keyring"
)

const (
	version  = "v1" // of the form: v1.<key id>.<base64url of salt, nonce, ciphertext and tag>
	saltSize = 16
)

// ErrKey says that a value was sealed with a key that is not in the ring, ErrTampered that a value is not what was sealed in this
// place.
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

// Reseal returns the value under the newest key: the value itself if it already is.
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

// aead returns AES-256-GCM under a key for this value alone, derived from the salt. Random nonces limit one key to 2^32 messages
// (NIST SP 800-38D section 8.3): with a key per value nobody has to count.
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

// place is the additional data: each part preceded by its length, so that no two places are encoded alike.
func place(parts ...string) []byte {
	var b []byte
	for _, p := range append([]string{version}, parts...) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}

// A Column seals the values of one column, each for its row and its owner.
type Column struct {
	cipher        *Cipher
	table, column string
}

// Column returns the column of a table; both are part of every value's place.
func (c *Cipher) Column(table, column string) Column { return Column{c, table, column} }

// Seal encrypts the value of a row.
func (c Column) Seal(plain, owner, id string) string {
	return c.cipher.Seal([]byte(plain), c.table, c.column, row(owner, id))
}

// Open decrypts what Seal made for the same row. A value that does not open is an event and a failure of the service.
func (c Column) Open(ctx context.Context, sealed, owner, id string) (string, error) {
	plain, err := c.cipher.Open(sealed, c.table, c.column, row(owner, id))
	if err != nil {
		reason := "tampered"
		if errors.Is(err, ErrKey) {
			reason = "unknown_key"
		}
		event.Log(ctx, event.DecryptFailed, slog.String("table", c.table), slog.String("row", id), slog.String("reason", reason))
		return "", fmt.Errorf("open %s of %s: %w", c.column, c.table, err)
	}
	return string(plain), nil
}

// Renew is what rotate-keys does to a stored value. It seals plain text only with plain: otherwise anyone who can write to the
// database could have a forged value sealed.
func (c Column) Renew(stored, owner, id string, plain bool) (string, error) {
	if plain && !Sealed(stored) {
		return c.Seal(stored, owner, id), nil
	}
	renewed, err := c.cipher.Reseal(stored, c.table, c.column, row(owner, id))
	if err != nil {
		return "", fmt.Errorf("%s of %s %s: %w", c.column, c.table, id, err)
	}
	return renewed, nil
}

// row names a row with its owner, so that one that is given to another owner in the database does not open for them. The id, a
// UUID, has no space.
func row(owner, id string) string { return owner + " " + id }
