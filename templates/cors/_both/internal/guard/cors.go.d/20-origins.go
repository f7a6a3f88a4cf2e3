package guard

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// ParseOrigins reads exact origins, separated by commas: scheme and host, nothing else. There is no wildcard, and null is what any sandboxed frame calls
// itself (ASVS 5.0.0 V3.4.2).
func ParseOrigins(text string) ([]string, error) {
	out := words(text)
	for i, o := range out {
		u, err := url.Parse(o)
		secure := err == nil && (u.Scheme == "https" || u.Scheme == "http" && local(u.Hostname()))
		if !secure || u.Host == "" || strings.Contains(u.Host, "*") || o != u.Scheme+"://"+u.Host {
			return nil, errors.New("want exact origins such as https://app.example.com; http only for this machine")
		}
		out[i] = strings.ToLower(o)
	}
	return out, nil
}

// local reports whether host is this machine.
func local(host string) bool {
	a, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && a.IsLoopback()
}
