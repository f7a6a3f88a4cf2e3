// Package keyring reads secret keys that can be replaced while data under the old ones is still there.
//
// A ring is a list of id:base64 pairs, newest first: the newest key writes, all of them read, and the id is stored next to what was
// written. A key that looks as if a person had made it up is rejected (ASVS 5.0.0 V11.2.3, CWE-1391).
package keyring

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// Size is the length of a key in bytes: 256 bits.
const Size = 32

// minDistinct is how many different bytes a key must have. Of 32 random bytes about 30 differ; fewer than 16 do once in more than
// 10^14 keys.
const minDistinct = 16

// A Key is one key and its name.
type Key struct {
	ID    string
	Bytes []byte
}

// String hides the key.
func (k Key) String() string { return k.ID + ":[redacted]" }

// GoString hides the key from %#v.
func (k Key) GoString() string { return k.String() }

// LogValue hides the key from slog.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText hides the key from encoding/json and its like.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// A Ring is one key or more. The zero Ring has none.
type Ring struct{ keys []Key }

// String hides the keys.
func (r Ring) String() string { return "[redacted]" }

// GoString hides the keys from %#v.
func (r Ring) GoString() string { return r.String() }

// LogValue hides the keys from slog.
func (r Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText hides the keys from encoding/json and its like.
func (r Ring) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Newest returns the key for writing. The ring must have one.
func (r Ring) Newest() Key { return r.keys[0] }

// Find returns the key with that id.
func (r Ring) Find(id string) (Key, bool) {
	for _, k := range r.keys {
		if k.ID == id {
			return k, true
		}
	}
	return Key{}, false
}

// Shares reports whether a key of r is in other too, under any id.
func (r Ring) Shares(other Ring) bool {
	for _, k := range r.keys {
		for _, o := range other.keys {
			if subtle.ConstantTimeCompare(k.Bytes, o.Bytes) == 1 {
				return true
			}
		}
	}
	return false
}

// identifier is the form of an id, which is stored next to values and must not be mistaken for them.
var identifier = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// Parse reads id:base64,id:base64, newest first; there may be space around the commas. Errors name positions and never values.
func Parse(text string) (Ring, error) {
	var r Ring
	for i, entry := range strings.Split(strings.TrimSpace(text), ",") {
		id, encoded, ok := strings.Cut(strings.TrimSpace(entry), ":")
		if !ok || !identifier.MatchString(id) {
			return Ring{}, fmt.Errorf("key %d: want id:base64, the id in lowercase letters, digits and dashes", i+1)
		}
		if _, repeated := r.Find(id); repeated {
			return Ring{}, fmt.Errorf("key %d: another key has this id", i+1)
		}
		b, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if err != nil {
			return Ring{}, fmt.Errorf("key %d: is not base64", i+1)
		}
		if err := weak(b); err != nil {
			return Ring{}, fmt.Errorf("key %d: %w", i+1, err)
		}
		r.keys = append(r.keys, Key{id, b})
	}
	return r, nil
}

// Generate returns a new random key as an entry of a ring.
func Generate(id string) string {
	b := make([]byte, Size)
	_, _ = rand.Read(b) // never fails
	return id + ":" + base64.StdEncoding.EncodeToString(b)
}

// weak returns why a key must not be used.
func weak(key []byte) error {
	if len(key) < Size {
		return fmt.Errorf("is shorter than %d bytes", Size)
	}
	different, printable := map[byte]bool{}, true
	for _, b := range key {
		different[b] = true
		printable = printable && b >= ' ' && b <= '~'
	}
	if printable || len(different) < minDistinct {
		return errors.New("is not a random key: make one with keygen")
	}
	return nil
}
