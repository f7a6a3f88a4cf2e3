package query

import (
	"net/http"
	"net/url"
	"testing"

	"example.com/app/internal/problem"
)

func TestOnly(t *testing.T) {
	tests := []struct {
		name, query string
		status      int
	}{
		{"only200", "limit=1&cursor=a%20b", 0},
		{"only200 none", "", 0},
		{"only200 empty value", "limit=", 0},
		{"only400 repeated", "limit=1&limit=2", 400},
		{"only400 repeated with the same value", "limit=1&limit=1", 400},
		{"only400 unknown", "limit=1&debug=1", 400},
		{"only400 another case", "Limit=1", 400},
		{"only400 brackets", "limit[]=1", 400},
		{"only400 semicolon", "limit=1;cursor=2", 400},
		{"only400 half an escape", "limit=%2", 400},
		{"only400 invalid UTF-8", "limit=%ff", 400},
		{"only400 nameless", "=1", 400},
	}
	for _, tt := range tests {
		r := &http.Request{URL: &url.URL{RawQuery: tt.query}}
		_, err := Only(r, "limit", "cursor")
		if got := problem.From(err).Status; err == nil && tt.status != 0 || err != nil && got != tt.status {
			t.Errorf("%s: %v, want %d", tt.name, err, tt.status)
		}
	}
	if _, err := Only(&http.Request{URL: &url.URL{RawQuery: "limit=1"}}); err == nil {
		t.Error("a parameter passes where none is allowed")
	}
}
