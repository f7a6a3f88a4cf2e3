package guard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Features are denied to everybody, this site included; a list that allows something would be a line of its own here.
func TestPermissionsAreDenied(t *testing.T) {
	api := answer(apiHeaders(fine), httptest.NewRequest("GET", "/", nil)).Header().Get("Permissions-Policy")
	for name, list := range map[string]string{"API": api, "pages": pagePermissions} {
		for f := range strings.SplitSeq(list, ", ") {
			if !strings.HasSuffix(f, "=()") {
				t.Errorf("%s: %s allows something", name, f)
			}
			if !strings.Contains(pagePermissions, f) {
				t.Errorf("%s is denied to the API and not to pages", f)
			}
		}
		for _, f := range []string{"camera", "microphone", "geolocation", "payment", "usb", "publickey-credentials-get", "publickey-credentials-create"} {
			if !strings.Contains(list, f+"=()") {
				t.Errorf("%s: %s is not denied", name, f)
			}
		}
		if strings.Contains(list, "interest-cohort") {
			t.Errorf("%s: no browser knows interest-cohort any more", name)
		}
	}
}

func TestPagePolicy(t *testing.T) {
	page := func(https bool) (nonce string, h http.Header) {
		r := httptest.NewRequest("GET", "/", nil)
		w := httptest.NewRecorder()
		nonce = HTML(w, r.WithContext(With(context.Background(), Request{HTTPS: https})))
		return nonce, w.Header()
	}
	nonce, h := page(false)
	want := "default-src 'none'; script-src 'nonce-" + nonce + "' 'strict-dynamic'; style-src 'nonce-" + nonce + "'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; report-uri /api/v1/csp-report; report-to csp"
	if got := h.Values("Content-Security-Policy"); len(got) != 1 || got[0] != want {
		t.Errorf("policy of a page:\n%q, want\n%q", got, want)
	}
	if got := h.Get("Reporting-Endpoints"); got != `csp="/api/v1/csp-report"` {
		t.Errorf("Reporting-Endpoints: %q", got)
	}
	if got := h.Values("Permissions-Policy"); len(got) != 1 || got[0] != pagePermissions {
		t.Errorf("Permissions-Policy: %q", got)
	}
	if got := h.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type: %q", got)
	}
	if len(nonce) < 26 { // 26 characters of base 32 are 130 bits
		t.Errorf("nonce %q is short", nonce)
	}
	again, h := page(true)
	if again == nonce {
		t.Error("two pages share a nonce")
	}
	if !strings.HasSuffix(h.Get("Content-Security-Policy"), "; upgrade-insecure-requests") {
		t.Errorf("over https: %q", h.Get("Content-Security-Policy"))
	}
}
