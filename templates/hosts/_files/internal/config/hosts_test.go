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
		problem    bool
	}{
		{"public", ":8080", nil, []string{"app.example.com"}, false},
		{"loopback", "127.0.0.1:8080", nil, []string{"app.example.com", "localhost", "127.0.0.1", "::1"}, false},
		{"given", "127.0.0.1:8080", []string{"A.example.com", "[2001:db8::1]"}, []string{"a.example.com", "2001:db8::1"}, false},
		{"wildcard", ":8080", []string{"*.example.com"}, nil, true},
		{"address of a page", ":8080", []string{"https://app.example.com"}, nil, true},
		{"with port", ":8080", []string{"app.example.com:443"}, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := &env{}
			c := Config{Addr: tt.addr, PublicURL: public, AllowedHosts: tt.given}
			c.deriveHosts(e)
			if (e.err() != nil) != tt.problem {
				t.Fatalf("problems: %v", e.err())
			}
			if !tt.problem && !slices.Equal(c.AllowedHosts, tt.want) {
				t.Errorf("got %v, want %v", c.AllowedHosts, tt.want)
			}
		})
	}
}
