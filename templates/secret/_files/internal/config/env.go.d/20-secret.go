package config

import (
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
)

// maxSecretFile bounds a secret file: the largest legitimate one is a PEM key of a few kilobytes.
const maxSecretFile = 64 << 10

// secret reads NAME, or the file that NAME_FILE names; setting both is an error, because
// an operator could not tell which one is in force.
func (e *env) secret(name, fallback string) Secret {
	file := e.getenv(name + "_FILE")
	value := e.getenv(name)
	if file == "" {
		if value == "" {
			value = fallback
		}
		return Secret(value)
	}
	if value != "" {
		e.errorf(name, "set it or %s_FILE, not both", name)
		return ""
	}
	f, err := os.Open(file) //nolint:gosec // the operator names the file
	if err != nil {
		e.errorf(name+"_FILE", "cannot be read: %v", withoutPath(err))
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	switch {
	case err != nil:
		e.errorf(name+"_FILE", "cannot be read: %v", withoutPath(err))
	case len(b) > maxSecretFile:
		e.errorf(name+"_FILE", "is larger than %d bytes", maxSecretFile)
	case len(strings.TrimSpace(string(b))) == 0:
		e.errorf(name+"_FILE", "is empty")
	default:
		e.files = append(e.files, file)
		return Secret(strings.TrimRight(string(b), "\r\n"))
	}
	return ""
}

// withoutPath returns the cause of a file error without the path, which is a value.
func withoutPath(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

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
