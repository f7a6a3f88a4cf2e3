package pages

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"example.com/app/internal/config"
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
	p := New(config.Config{})
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
	w := get(t, New(config.Config{SecurityContact: []string{"mailto:security@example.com", "https://example.com/report"}, SecurityEncryption: "https://example.com/key.asc"}).Security)
	for _, want := range []string{`<a href="mailto:security@example.com">`, `<a href="https://example.com/report">`, `<a href="https://example.com/key.asc">`, `href="/.well-known/security.txt"`, "Safe harbor"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s on the page", want)
		}
	}
	w = get(t, New(config.Config{}).Security)
	if !strings.Contains(w.Body.String(), "No contact is configured") || strings.Contains(w.Body.String(), "encrypt") {
		t.Errorf("without contacts: %s", w.Body)
	}
}

// Settings are values on a page like any other (J5).
func TestSecurityEscapes(t *testing.T) {
	w := get(t, New(config.Config{SecurityContact: []string{`https://example.com/"><script>alert(1)</script>`, "javascript:alert(1)"}}).Security)
	if strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), `href="javascript`) {
		t.Errorf("%s", w.Body)
	}
}

// What the page promises is what SECURITY.md promises: the same times for the same severities.
func TestSecurityTimes(t *testing.T) {
	policy, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	promised := regexp.MustCompile(`(?m)^\| (critical|high|medium|low) \|.*\| (\d+ days) \|$`).FindAllStringSubmatch(string(policy), -1)
	if len(promised) != 4 {
		t.Fatalf("SECURITY.md has the times %q, want one for each of critical, high, medium and low", promised)
	}
	page := get(t, New(config.Config{}).Security).Body.String()
	for _, p := range promised {
		if want := "<td>" + p[1] + "</td><td>" + p[2] + "</td>"; !strings.Contains(page, want) {
			t.Errorf("SECURITY.md says %s: %s, the page in pages.html does not", p[1], p[2])
		}
	}
	answer := regexp.MustCompile(`within\s+(\w+\s+working\s+days)`).FindStringSubmatch(string(policy))
	if answer == nil || !strings.Contains(page, strings.Join(strings.Fields(answer[1]), " ")) {
		t.Errorf("SECURITY.md promises a first answer within %q, the page in pages.html does not", answer)
	}
}
