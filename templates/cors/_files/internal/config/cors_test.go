package config

import (
	"slices"
	"testing"
)

func TestOrigins(t *testing.T) {
	tests := []struct {
		in      string
		want    []string
		problem bool
	}{
		{"", nil, false},
		{"https://app.example.com", []string{"https://app.example.com"}, false},
		{"https://App.example.com, http://localhost:3000", []string{"https://app.example.com", "http://localhost:3000"}, false},
		{"*", nil, true},
		{"null", nil, true},
		{"https://*.example.com", nil, true},
		{"http://app.example.com", nil, true},
		{"https://app.example.com/", nil, true},
		{"https://app.example.com/path", nil, true},
		{"https://user@app.example.com", nil, true},
		{"app.example.com", nil, true},
		{"https://", nil, true},
	}
	for _, tt := range tests {
		e := &env{getenv: func(string) string { return tt.in }}
		got := e.origins("CORS_ALLOWED_ORIGINS", "")
		if (e.err() != nil) != tt.problem || !tt.problem && !slices.Equal(got, tt.want) {
			t.Errorf("%q: %v, %v", tt.in, got, e.err())
		}
	}
}
