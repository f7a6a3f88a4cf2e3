package guard

import (
	"net/http/httptest"
	"testing"
)

func TestCrossOrigin(t *testing.T) {
	tests := []struct {
		name, method, site, origin string
		want                       int
	}{
		{"no browser", "POST", "", "", 200},
		{"the same origin", "POST", "same-origin", "https://app.example.com", 200},
		{"typed by the user", "POST", "none", "", 200},
		{"the same origin in a browser without fetch metadata", "POST", "", "https://app.example.com", 200},
		{"another site", "POST", "cross-site", "https://evil.example", 403},
		{"a sibling", "POST", "same-site", "https://other.example.com", 403},
		{"another site in a browser without fetch metadata", "POST", "", "https://evil.example", 403},
		{"a sandboxed frame", "POST", "cross-site", "null", 403},
		{"null in a browser without fetch metadata", "POST", "", "null", 403},
		{"another method", "DELETE", "cross-site", "https://evil.example", 403},
		{"a method of our own", "PATCH", "cross-site", "https://evil.example", 403},
		{"reading", "GET", "cross-site", "https://evil.example", 200},
		{"trusted", "POST", "cross-site", "https://web.example.org", 200},
		{"like trusted", "POST", "cross-site", "https://web.example.org.evil.example", 403},
		{"trusted over http", "POST", "cross-site", "http://web.example.org", 403},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(tt.method, "https://app.example.com/api/v1/notes", nil)
		if tt.site != "" {
			r.Header.Set("Sec-Fetch-Site", tt.site)
		}
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		var log seen
		w := answer(behind(Config{TrustedOrigins: []string{"https://web.example.org"}, Notice: log.notice}, (*Guard).crossOrigin, fine), r)
		if w.Code != tt.want || len(log.of(Refused)) != w.Code/403 {
			t.Errorf("%s: %d, want %d; told %v", tt.name, w.Code, tt.want, log.notices)
		}
	}
}
