// Package keyring reads secret keys that can be replaced while data under the old ones is still there.
//
// A ring is a line of id:base64 pairs, newest first: the newest key is for writing, all are for reading, and the id stands
// beside whatever was written. A key that looks as if a person had made it up is refused (ASVS 5.0.0 V11.2.3, CWE-1391).
package keyring

import (
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// Size is the length of a key in bytes: 256 bits.
const Size = 32

// fewest is how many different bytes a key has at least. Of 32 random bytes about 30 differ; fewer than 16 come by chance
// once in more than 10^14 keys.
const fewest = 16

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

// A Ring is one key or more. The zero Ring holds none.
type Ring struct{ keys []Key }

// String hides the keys.
func (r Ring) String() string { return "[redacted]" }

// GoString hides the keys from %#v.
func (r Ring) GoString() string { return r.String() }

// LogValue hides the keys from slog.
func (r Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText hides the keys from encoding/json and its like.
func (r Ring) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Newest returns the key for writing. The ring must hold one.
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

// identifier is what an id looks like: it stands in columns and must not be mistaken for what stands beside it.
var identifier = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// Parse reads id:base64,id:base64, newest first; line breaks may stand around the commas. Errors name positions and never values.
func Parse(text string) (Ring, error) {
	var r Ring
	for i, entry := range strings.Split(strings.TrimSpace(text), ",") {
		id, encoded, ok := strings.Cut(strings.TrimSpace(entry), ":")
		if !ok || !identifier.MatchString(id) {
			return Ring{}, fmt.Errorf("key %d: want id:base64, the id of lower-case letters, digits and dashes", i+1)
		}
		if _, twice := r.Find(id); twice {
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

// weak says why nobody should rely on key.
func weak(key []byte) error {
	if len(key) < Size {
		return fmt.Errorf("is shorter than %d bytes", Size)
	}
	different, printable := map[byte]bool{}, true
	for _, b := range key {
		different[b] = true
		printable = printable && b >= ' ' && b <= '~'
	}
	if printable || len(different) < fewest {
		return errors.New("is no random key: make one with keygen")
	}
	return nil
}
