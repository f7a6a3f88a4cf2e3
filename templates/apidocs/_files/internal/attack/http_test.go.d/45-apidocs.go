package attack

import (
	"strings"
	"testing"
)

// The page of the API runs under the policy for HTML: nothing on it may run or be loaded from elsewhere (K2).
func TestAPIDocs(t *testing.T) {
	t.Parallel()
	res := shared(t).client(t).do("GET", "/docs", nil).want(200)
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe-inline") || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%s as %q", policy, res.Header.Get("Content-Type"))
	}
	if page := string(res.Body); !strings.Contains(page, "GET /api/v1/ping") || strings.Contains(page, "<script") {
		t.Errorf("%s", page)
	}
}
