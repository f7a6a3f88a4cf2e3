package config

import (
	"net/url"
	"testing"
)

func public(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Browsers are bound to https for names only: on a developer's machine the rule would outlive the service.
func TestStrictTransport(t *testing.T) {
	for address, want := range map[string]string{
		"https://app.example.com":      "max-age=63072000; includeSubDomains",
		"https://app.example.com:8443": "max-age=63072000; includeSubDomains",
		"https://localhost:8443":       "",
		"https://app.localhost":        "",
		"https://192.0.2.7":            "",
		"https://[2001:db8::7]":        "",
	} {
		if got := (Config{PublicURL: public(t, address)}).Guard().StrictTransport; got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// Plain http is refused where https is the service's address and the service can tell them apart: not on a developer's machine.
func TestSecureURL(t *testing.T) {
	for name, tt := range map[string]struct {
		address string
		proxy   bool
		want    bool
	}{
		"behind a proxy":          {"https://app.example.com", true, true},
		"nobody could tell":       {"https://app.example.com", false, false},
		"loopback":                {"http://127.0.0.1:8080", false, false},
		"loopback behind a proxy": {"http://127.0.0.1:8080", true, false},
	} {
		if got := (Config{PublicURL: public(t, tt.address), BehindProxy: tt.proxy}).Guard().SecureURL; (got != nil) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TRUSTED_PROXIES without BEHIND_PROXY trusts nobody.
func TestNotBehindProxy(t *testing.T) {
	c := Config{TrustedProxies: (&env{getenv: environment(nil)}).proxies("TRUSTED_PROXIES", "10.0.0.0/8")}
	if got := c.Guard().Proxies; len(got) != 0 {
		t.Errorf("trusts %v", got)
	}
	c.BehindProxy = true
	if got := c.Guard().Proxies; len(got) != 1 {
		t.Errorf("trusts %v", got)
	}
}
