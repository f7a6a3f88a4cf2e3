package signingkey

import (
	"context"
	"log/slog"

	"example.com/app/internal/jwks"
)

// String hides the keys.
func (k Keys) String() string { return "[redacted]" }

// GoString hides the keys from %#v.
func (k Keys) GoString() string { return k.String() }

// LogValue hides the keys from slog.
func (k Keys) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText hides the keys from encoding/json and its like.
func (k Keys) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Public returns the public half of all keys, the one that signs first.
func (k Keys) Public() []jwks.Key { return k.public }

// Find returns the public key with an id, or jwks.ErrUnknown.
func (k Keys) Find(_ context.Context, id string) (jwks.Key, error) {
	for _, public := range k.public {
		if public.ID == id {
			return public, nil
		}
	}
	return jwks.Key{}, jwks.ErrUnknown
}
