package attack

import (
	"regexp"
	"strings"
	"testing"
)

// The front page names nothing internal and keeps to the policy for HTML; it sets no cookie (B7).
func TestFrontPage(t *testing.T) {
	t.Parallel()
	s := shared(t)
	res := s.client(t).do("GET", "/", nil).want(200)
	if got := res.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	if got := res.Header.Get("Set-Cookie"); got != "" {
		t.Errorf("sets the cookie %q", got)
	}
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "'nonce-") || strings.Contains(policy, "unsafe-inline") {
		t.Errorf("policy %q", policy)
	}
	if found := regexp.MustCompile(`(?i)golang|go1\.|\bv?\d+\.\d+\.\d+|sqlite|postgres|/home/|internal/`).FindString(string(res.Body)); found != "" {
		t.Errorf("the page says %q", found)
	}
}

// The report page leads to the contact of security.txt and promises safe harbor (Z2).
func TestReportPage(t *testing.T) {
	t.Parallel()
	s := start(t, "SECURITY_CONTACT=mailto:security@example.com,https://example.com/report")
	c := s.client(t)
	page := c.do("GET", "/security", nil).want(200)
	text := string(c.do("GET", "/.well-known/security.txt", nil).want(200).Body)
	if !strings.Contains(page.Header.Get("Content-Security-Policy"), "'nonce-") {
		t.Errorf("policy %q", page.Header.Get("Content-Security-Policy"))
	}
	contacts := regexp.MustCompile(`(?m)^Contact: (\S+)$`).FindAllStringSubmatch(text, -1)
	if len(contacts) != 2 {
		t.Fatalf("contacts %q in %q", contacts, text)
	}
	for _, m := range contacts {
		if !strings.Contains(string(page.Body), `href="`+m[1]+`"`) {
			t.Errorf("%s is in security.txt and not on the page", m[1])
		}
	}
	if !strings.Contains(string(page.Body), "Safe harbor") {
		t.Error("the page promises no safe harbor")
	}
	if regexp.MustCompile(`(?i)<form|<input`).Match(page.Body) {
		t.Error("the page takes reports from strangers by itself")
	}
}

// No spelling of a path reaches a file, and no folder shows its list (I12, O9, CWE-22).
func TestPaths(t *testing.T) {
	t.Parallel()
	s := shared(t)
	for _, path := range []string{
		"/static/", "/assets/", "/internal/", "/pages.html", "/.git/HEAD", "/.git/config", "/.env", "/.secrets/", "/go.mod", "/main.go", "/Dockerfile", "/deploy/compose.yaml",
		"/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5cwindows%5cwin.ini", "/%252e%252e%252fetc%252fpasswd", "/etc/passwd%00.html",
		"/api/v1/..%2f..%2f..%2fetc%2fpasswd", "/security/..;/..;/etc/passwd", "/.well-known/", "/.well-known/..%2f..%2fetc%2fpasswd",
	} {
		answer := s.raw(t, "GET "+path+" HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
		status := strings.TrimPrefix(firstLine(answer), "HTTP/1.1 ")
		if !strings.HasPrefix(status, "404 ") && !strings.HasPrefix(status, "307 ") && !strings.HasPrefix(status, "400 ") {
			t.Errorf("%s: %s", path, status)
		}
		if strings.Contains(answer, "root:") || strings.Contains(answer, "<pre>") {
			t.Errorf("%s: %s", path, answer)
		}
	}
	for _, path := range []string{"/a/../../etc/passwd", "//etc/passwd", "/./security/../etc/passwd"} {
		answer := s.raw(t, "GET "+path+" HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
		m := regexp.MustCompile(`(?m)^Location: (\S+)\r$`).FindStringSubmatch(answer)
		if !strings.HasPrefix(answer, "HTTP/1.1 307 ") || m == nil || m[1] != "/etc/passwd" {
			t.Errorf("%s is not sent to its clean form: %s", path, answer)
			continue
		}
		s.client(t).do("GET", m[1], nil).want(404)
	}
}
