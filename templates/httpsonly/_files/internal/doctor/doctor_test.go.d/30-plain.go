package doctor

import (
	"context"
	"testing"

	"example.com/app/internal/config"
)

func TestPlainHTTP(t *testing.T) {
	tests := []struct {
		name string
		c    config.Config
		want Severity
	}{
		{"loopback", config.Config{Addr: "127.0.0.1:8080"}, ""},
		{"behind a proxy", config.Config{Addr: ":8080", BehindProxy: true}, ""},
		{"public", config.Config{Addr: ":8080"}, Fatal},
		{"public by address", config.Config{Addr: "192.0.2.1:8080"}, Fatal},
		{"allowed", config.Config{Addr: ":8080", AllowPlainHTTP: true}, Warning},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := plainHTTP(context.Background(), tt.c, Host{})
			if tt.want == "" && len(got) != 0 || tt.want != "" && (len(got) != 1 || got[0].Severity != tt.want || got[0].Code != "plain-http") {
				t.Errorf("got %v, want %q", got, tt.want)
			}
		})
	}
}
