package attack

import (
	"bytes"
	"testing"
)

// Markup is kept as it came, is inert on the wire, and comes back unchanged (J5, CWE-79).
func TestStoredMarkupIsInert(t *testing.T) {
	t.Parallel()
	c := shared(t).signIn(t)
	const payload = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&`
	res := c.do("POST", "/api/v1/notes", map[string]string{"title": payload, "body": payload}).want(201)
	for _, res := range []*response{res, c.do("GET", res.Header.Get("Location"), nil).want(200), c.do("GET", "/api/v1/notes", nil).want(200)} {
		if bytes.ContainsAny(res.Body, "<>&") || !bytes.Contains(res.Body, []byte(`\u003cscript`)) {
			t.Errorf("on the wire: %s", res.Body)
		}
		if res.Header.Get("Content-Type") != "application/json" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("headers %v", res.Header)
		}
	}
	var n struct{ Title, Body string }
	res.json(&n)
	if n.Title != payload || n.Body != payload {
		t.Errorf("came back as %q, %q", n.Title, n.Body)
	}
}
