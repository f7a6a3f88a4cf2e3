package attack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Keys are in files that only the service can read, differ between installations, and appear in no log, no metric
// and no environment (X7, C12, B14).
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	s := start(t, "LOG_LEVEL=debug")
	c := s.signIn(t)
	c.do("GET", "/api/v1/ping", nil).want(200)
	c.do("POST", "/api/v1/csp-report?bad=1", nil)
	seen := s.logs() + string(c.do("GET", s.AdminURL+"/metrics", nil).want(200).Body) + strings.Join(s.env, "\n")
	other := prepare(t)
	t.Cleanup(other.kill)
	for _, file := range secretFiles {
		path := filepath.Join(s.dir, ".secrets", file)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", file, info.Mode())
		}
		key := read(t, path)
		for line := range strings.Lines(key) {
			if line = strings.TrimSpace(line); len(line) > 15 && !strings.HasPrefix(line, "-----") && strings.Contains(seen, line) {
				t.Errorf("%s appears in the logs, the metrics or the environment", file)
			}
		}
		if key == read(t, filepath.Join(other.dir, ".secrets", file)) {
			t.Errorf("two installations share %s", file)
		}
	}
	for name, value := range c.cookies {
		if strings.Contains(seen, value) {
			t.Errorf("the cookie %s appears in the logs", name)
		}
	}
	if c.bearer != "" && strings.Contains(seen, c.bearer) {
		t.Error("the token appears in the logs")
	}
	if c.secret != "" && strings.Contains(seen, c.secret) {
		t.Error("the password appears in the logs")
	}
	if c.email != "" && strings.Contains(seen, c.email) {
		t.Error("the e-mail address appears in the logs")
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
