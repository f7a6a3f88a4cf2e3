package config

import (
	"net/mail"
	"net/url"
	"strings"
	"time"
)

// contacts reads comma-separated URIs that lead to people (RFC 9116 section 2.5.3): mailto:, https: or tel:. A bare address is the most
// common mistake, which programs that read security.txt cannot use.
func (e *env) contacts(name, fallback string) []string {
	words := e.list(name, fallback)
	for _, w := range words {
		u, err := url.Parse(w)
		ok := err == nil && plain(w)
		switch {
		case !ok:
		case u.Scheme == "mailto":
			a, err := mail.ParseAddress(u.Opaque)
			ok = err == nil && a.Address == u.Opaque
		case u.Scheme == "tel":
			ok = u.Opaque != ""
		default:
			ok = u.Scheme == "https" && u.Host != "" && u.User == nil
		}
		if !ok {
			e.errorf(name, "want URIs such as mailto:security@example.com or https://example.com/report")
			return nil
		}
	}
	return words
}

// key reads the URI of an encryption key (RFC 9116 section 2.5.4): where to get it, never the key itself.
func (e *env) key(name, fallback string) string {
	v := e.text(name, fallback)
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	if err != nil || !plain(v) || u.Scheme != "openpgp4fpr" && (u.Scheme != "https" || u.Host == "" || u.User != nil) {
		e.errorf(name, "want an https URL or an openpgp4fpr: URI")
		return ""
	}
	return v
}

// plain reports whether a URI is printable ASCII without blanks: what it becomes a line of must not get another line from it.
func plain(uri string) bool {
	return !strings.ContainsFunc(uri, func(r rune) bool { return r <= ' ' || r > '~' })
}

// instant reads a time in RFC 3339 form; zero if it is not set.
func (e *env) instant(name, fallback string) time.Time {
	v := e.text(name, fallback)
	if v == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		e.errorf(name, "want a time such as 2030-12-31T00:00:00Z")
	}
	return t
}
