package guard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestCrossOrigin(t *testing.T) {
	tests := []struct {
		name, method, site, origin string
		want                       int
	}{
		{"another site", "POST", "cross-site", "https://evil.example", http.StatusForbidden},
		{"another host of the domain", "POST", "same-site", "https://forum.example.com", http.StatusForbidden},
		{"an old browser, another site", "POST", "", "https://evil.example", http.StatusForbidden},
		{"a sandboxed frame", "POST", "cross-site", "null", http.StatusForbidden},
		{"deletion by another site", "DELETE", "cross-site", "https://evil.example", http.StatusForbidden},
		{"our page", "POST", "same-origin", "https://example.com", http.StatusOK},
		{"an old browser, our page", "POST", "", "http://example.com", http.StatusOK},
		{"typed by the user", "POST", "none", "", http.StatusOK},
		{"no browser", "POST", "", "", http.StatusOK},
		{"a link", "GET", "cross-site", "", http.StatusOK},
		{"a login elsewhere that is trusted", "POST", "cross-site", "https://login.example.org", http.StatusOK},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(tt.method, "/", nil)
		if tt.site != "" {
			r.Header.Set("Sec-Fetch-Site", tt.site)
		}
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		if w := ask(t, r, "TRUSTED_ORIGINS=https://login.example.org"); w.Code != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.want)
		}
	}
}

func TestCrossOriginSettingIsRead(t *testing.T) {
	defer func() {
		if got, want := recover(), "guard: TRUSTED_ORIGINS: want exact origins such as https://login.example.com"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "TRUSTED_ORIGINS=login.example.org")
	t.Error("no panic")
}
