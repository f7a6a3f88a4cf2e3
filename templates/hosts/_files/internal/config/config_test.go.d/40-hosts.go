package config

import (
	"net/url"
	"slices"
	"testing"
)

func TestAllowedHosts(t *testing.T) {
	public := &url.URL{Scheme: "https", Host: "App.example.com:8443"}
	tests := []struct {
		name, addr string
		given      []string
		want       []string
	}{
		{"public", ":8080", nil, []string{"app.example.com"}},
		{"loopback", "127.0.0.1:8080", nil, []string{"app.example.com", "localhost", "127.0.0.1", "::1"}},
		{"given", "127.0.0.1:8080", []string{"a.example.com"}, []string{"a.example.com"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := Config{Addr: tt.addr, PublicURL: public, AllowedHosts: tt.given}
			c.deriveHosts(&env{})
			if !slices.Equal(c.AllowedHosts, tt.want) {
				t.Errorf("got %v, want %v", c.AllowedHosts, tt.want)
			}
		})
	}
}
