package config

import (
	"strings"
	"testing"
)

func TestProxies(t *testing.T) {
	tests := []struct {
		name, behind, trusted, problem string
	}{
		{"none", "", "", ""},
		{"one range", "true", "10.0.0.0/8", ""},
		{"addresses", "true", "10.0.0.1, 2001:db8::1", ""},
		{"nobody named", "true", "", "TRUSTED_PROXIES"},
		{"the whole internet", "true", "0.0.0.0/0", "TRUSTED_PROXIES"},
		{"the whole internet, version 6", "true", "10.0.0.0/8,::/0", "TRUSTED_PROXIES"},
		{"a name", "true", "proxy.example.com", "TRUSTED_PROXIES"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			settings := map[string]string{"BEHIND_PROXY": tt.behind, "TRUSTED_PROXIES": tt.trusted}
			e := &env{getenv: func(name string) string { return settings[name] }}
			c := Config{BehindProxy: e.boolean("BEHIND_PROXY", "false"), TrustedProxies: e.proxies("TRUSTED_PROXIES", "")}
			c.deriveProxies(e)
			err := e.err()
			if (err != nil) != (tt.problem != "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("got %v, want a problem with %q", err, tt.problem)
			}
		})
	}
}
