package attack

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// security.txt as RFC 9116 wants it, read by a parser of our own (Z1, Z3).
func TestSecurityTxt(t *testing.T) {
	t.Parallel()
	s := start(t, "PUBLIC_URL=https://service.example", "ALLOWED_HOSTS=service.example",
		"SECURITY_CONTACT=mailto:security@example.com", "SECURITY_ENCRYPTION=https://example.com/key.asc")
	c := s.client(t)
	https := []string{"Host", "service.example", "X-Forwarded-Proto", "https"}
	res := c.do("GET", "/.well-known/security.txt", nil, https...).want(200)
	if got := res.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	fields := map[string][]string{}
	for line := range strings.Lines(string(res.Body)) {
		m := regexp.MustCompile(`^([A-Za-z-]+): (\S[^\r\n]*)\r?\n$`).FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("no field: %q", line)
		}
		fields[m[1]] = append(fields[m[1]], m[2])
	}
	for name, want := range map[string]string{
		"Contact":             "mailto:security@example.com",
		"Encryption":          "https://example.com/key.asc",
		"Preferred-Languages": "en",
		"Canonical":           "https://service.example/.well-known/security.txt",
		"Policy":              "https://service.example/security",
	} {
		if got := fields[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(fields["Expires"]) != 1 {
		t.Fatalf("Expires: %q, want exactly one", fields["Expires"])
	}
	expires, err := time.Parse(time.RFC3339, fields["Expires"][0])
	if left := time.Until(expires); err != nil || left <= 0 || left > 365*24*time.Hour {
		t.Errorf("expires %v, %v", expires, err)
	}
	c.do("GET", "/security", nil, https...).want(200) // where Policy leads

	moved := c.do("GET", "/security.txt", nil, https...)
	if moved.Status != 308 || moved.Header.Get("Location") != "/.well-known/security.txt" {
		t.Errorf("/security.txt: %d to %q", moved.Status, moved.Header.Get("Location"))
	}
}

// What is not configured is not claimed: no contact, no file; no key, no field; no https, no web address (Z1, Z3).
func TestSecurityTxtClaimsNothing(t *testing.T) {
	t.Parallel()
	with := start(t, "SECURITY_CONTACT=mailto:security@example.com")
	body := string(with.client(t).do("GET", "/.well-known/security.txt", nil).want(200).Body)
	if strings.Contains(body, "Encryption") || strings.Contains(body, "http://") {
		t.Errorf("%s", body)
	}
	bad := prepare(t, "SECURITY_CONTACT=security@example.com")
	t.Cleanup(bad.kill)
	if out, code := bad.run(t, "doctor"); code != 1 || !strings.Contains(out, "SECURITY_CONTACT") || strings.Contains(out, "security@example.com") && !strings.Contains(out, "mailto:security@example.com") {
		t.Errorf("a bare address: exit %d\n%s", code, out)
	}
}
