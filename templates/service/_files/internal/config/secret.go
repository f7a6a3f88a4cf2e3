package config

import "log/slog"

const redacted = "[redacted]"

// A Secret prints as [redacted] wherever it is formatted, logged or marshalled (ASVS 5.0.0 V13.3.1, V16.2.5).
// Reveal is the one way to the value, so that a search for it finds every use.
type Secret string

// Reveal returns the value.
func (s Secret) Reveal() string { return string(s) }

// String hides the value from fmt.
func (s Secret) String() string { return redacted }

// GoString hides the value from %#v.
func (s Secret) GoString() string { return redacted }

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the value from encoding/json and its like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
