package guard_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestSecurityTxt(t *testing.T) {
	w := ask(t, httptest.NewRequest("GET", "/.well-known/security.txt", nil),
		"SECURITY_CONTACT=mailto:security@example.com, https://example.com/report", "SECURITY_ENCRYPTION=https://example.com/key.asc")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
	}
	fields := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSuffix(w.Body.String(), "\n"), "\n") {
		name, value, _ := strings.Cut(line, ": ")
		fields[name] = append(fields[name], value)
	}
	if got := strings.Join(fields["Contact"], " "); got != "mailto:security@example.com https://example.com/report" {
		t.Errorf("contacts %s", got)
	}
	if got := fields["Encryption"]; len(got) != 1 || got[0] != "https://example.com/key.asc" {
		t.Errorf("encryption %s", got)
	}
	if len(fields["Expires"]) != 1 {
		t.Fatalf("%d times Expires", len(fields["Expires"]))
	}
	expires, err := time.Parse(time.RFC3339, fields["Expires"][0])
	if left := time.Until(expires); err != nil || left < 30*24*time.Hour || left > 365*24*time.Hour {
		t.Errorf("expires %v: %v", fields["Expires"], err)
	}
}

func TestSecurityTxtPaths(t *testing.T) {
	w := ask(t, httptest.NewRequest("GET", "/security.txt", nil))
	if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "/.well-known/security.txt" {
		t.Errorf("/security.txt: %d to %q", w.Code, w.Header().Get("Location"))
	}
	for _, r := range []*http.Request{
		httptest.NewRequest("POST", "/.well-known/security.txt", nil), httptest.NewRequest("GET", "/.well-known/other", nil),
	} {
		if w := ask(t, r); w.Body.String() != "ok" {
			t.Errorf("%s %s does not reach the program: %d", r.Method, r.URL, w.Code)
		}
	}
}

func TestSecurityTxtSettingsAreRead(t *testing.T) {
	for _, bad := range []string{
		"SECURITY_CONTACT=security@example.com", "SECURITY_CONTACT=http://example.com", "SECURITY_CONTACT=mailto:security", "SECURITY_CONTACT=https://",
		"SECURITY_CONTACT=https://example.com/a\nExpires: never", "SECURITY_ENCRYPTION=http://example.com/key", "SECURITY_ENCRYPTION=-----BEGIN",
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is taken", bad)
				}
			}()
			guarded(t, ok, bad)
		}()
	}
}
