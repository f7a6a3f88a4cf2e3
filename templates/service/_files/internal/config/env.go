package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxSecretFile bounds a secret file: the largest legitimate one is a PEM key of a few kilobytes.
const maxSecretFile = 64 << 10

// env reads settings and collects what is wrong with them.
type env struct {
	getenv   func(string) string
	files    []string
	problems []string
}

// Errorf records a problem. It must not carry a value: the report ends up in logs.
func (e *env) errorf(name, format string, args ...any) {
	e.problems = append(e.problems, name+": "+fmt.Sprintf(format, args...))
}

func (e *env) err() error {
	if len(e.problems) == 0 {
		return nil
	}
	slices.Sort(e.problems)
	return errors.New(strings.Join(slices.Compact(e.problems), "\n"))
}

func (e *env) text(name, fallback string) string {
	if v := e.getenv(name); v != "" {
		return v
	}
	return fallback
}

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
		e.errorf(name+"_FILE", "cannot be read: %v", rootCause(err))
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	switch {
	case err != nil:
		e.errorf(name+"_FILE", "cannot be read: %v", rootCause(err))
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

// rootCause strips the path from a file error: paths are values.
func rootCause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func (e *env) boolean(name, fallback string) bool {
	switch e.text(name, fallback) {
	case "true", "1":
		return true
	case "false", "0", "":
		return false
	}
	e.errorf(name, "want true or false")
	return false
}

func (e *env) duration(name, fallback string) time.Duration {
	v := e.text(name, fallback)
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		e.errorf(name, "want a duration such as 15m or 1h30m")
	}
	return d
}

func (e *env) positive(name, fallback string) int {
	n, err := strconv.Atoi(e.text(name, fallback))
	if err != nil || n <= 0 {
		e.errorf(name, "want a whole number above 0")
	}
	return n
}

func (e *env) address(name, fallback string) string {
	v := e.text(name, fallback)
	if v == "" {
		return ""
	}
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		e.errorf(name, "want host:port")
	}
	return v
}

// webURL reads an absolute http or https URL without user, query or fragment.
func (e *env) webURL(name, fallback string) *url.URL {
	v := e.text(name, fallback)
	if v == "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" {
		e.errorf(name, "want an absolute http or https URL")
		return nil
	}
	return u
}

// list reads comma-separated words.
func (e *env) list(name, fallback string) []string {
	var words []string
	for w := range strings.SplitSeq(e.text(name, fallback), ",") {
		if w = strings.TrimSpace(w); w != "" {
			words = append(words, w)
		}
	}
	return words
}

func (e *env) prefixes(name, fallback string) []netip.Prefix {
	var out []netip.Prefix
	for _, w := range e.list(name, fallback) {
		p, err := netip.ParsePrefix(w)
		if a, aerr := netip.ParseAddr(w); aerr == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			e.errorf(name, "want addresses or CIDR ranges such as 10.0.0.0/8")
			return nil
		}
		out = append(out, p.Masked())
	}
	return out
}

func (e *env) level(name, fallback string) slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(e.text(name, fallback))); err != nil {
		e.errorf(name, "want debug, info, warn or error")
	}
	return l
}

// rate reads requests/window,burst: 10/1s,20. The burst may be left out and is then the number of requests.
func (e *env) rate(name, fallback string) Rate {
	r, err := ParseRate(e.text(name, fallback))
	if err != nil {
		e.errorf(name, "want requests/window,burst such as 10/1s,20")
	}
	return r
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
