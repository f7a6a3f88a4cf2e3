package pages

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, handler func(http.ResponseWriter, *http.Request) error) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	if err := handler(w, httptest.NewRequest("GET", "/", nil)); err != nil {
		t.Fatal(err)
	}
	return w
}

// Style and script run by nonce only, so that every element of theirs must carry the one of its response.
func TestNonce(t *testing.T) {
	p := New(nil, "")
	seen := map[string]bool{}
	for name, page := range map[string]func(http.ResponseWriter, *http.Request) error{"front": p.Front, "security": p.Security} {
		for range 2 {
			w := get(t, page)
			m := regexp.MustCompile(`style-src 'nonce-([^']+)'`).FindStringSubmatch(w.Header().Get("Content-Security-Policy"))
			if m == nil {
				t.Fatalf("%s: policy %q", name, w.Header().Get("Content-Security-Policy"))
			}
			if seen[m[1]] {
				t.Errorf("%s: a nonce comes twice", name)
			}
			seen[m[1]] = true
			if strings.Count(w.Body.String(), `<style nonce="`+m[1]+`">`) != 1 || strings.Count(w.Body.String(), "<style") != 1 {
				t.Errorf("%s: the style does not carry the nonce: %s", name, w.Body)
			}
			if regexp.MustCompile(`<script|\bon[a-z]+=| style=|javascript:`).MatchString(w.Body.String()) {
				t.Errorf("%s: the page runs something: %s", name, w.Body)
			}
		}
	}
}

func TestSecurity200(t *testing.T) {
	w := get(t, New([]string{"mailto:security@example.com", "https://example.com/report"}, "https://example.com/key.asc").Security)
	for _, want := range []string{`<a href="mailto:security@example.com">`, `<a href="https://example.com/report">`, `<a href="https://example.com/key.asc">`, `href="/.well-known/security.txt"`, "Safe harbor"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s on the page", want)
		}
	}
	w = get(t, New(nil, "").Security)
	if !strings.Contains(w.Body.String(), "No contact is configured") || strings.Contains(w.Body.String(), "encrypt") {
		t.Errorf("without contacts: %s", w.Body)
	}
}

// Settings are values on a page like any other (J5).
func TestSecurityEscapes(t *testing.T) {
	w := get(t, New([]string{`https://example.com/"><script>alert(1)</script>`, "javascript:alert(1)"}, "").Security)
	if strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), `href="javascript`) {
		t.Errorf("%s", w.Body)
	}
}
