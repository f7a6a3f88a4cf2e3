package attack

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each weak setting has a code, makes doctor fail and, if it is fatal, keeps the service from starting (O10, O1).
func TestDoctor(t *testing.T) {
	t.Parallel()
	sound := []string{"ADDR=127.0.0.1:0", "ADMIN_ADDR=127.0.0.1:0"}
	public := []string{"ADDR=0.0.0.0:0", "PUBLIC_URL=https://service.example", "SECURITY_CONTACT=mailto:security@example.com"}
	tests := []struct {
		name  string
		env   []string
		code  string // "" if nothing is weak
		fatal bool
	}{
		{"sound", sound, "", false},
		{"plain HTTP in public", append([]string{"BEHIND_PROXY=false"}, public...), "plain-http", true},
		{"plain HTTP in public, allowed", append([]string{"BEHIND_PROXY=false", "ALLOW_PLAIN_HTTP=true"}, public...), "plain-http", false},
		{"admin in public", []string{"ADMIN_ADDR=0.0.0.0:0"}, "admin-public", false},
		{"profiles in public", []string{"ADMIN_ADDR=0.0.0.0:0", "PPROF=true"}, "admin-public", true},
		{"security.txt expired", []string{"SECURITY_EXPIRES=2020-01-01T00:00:00Z"}, "security-expires", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := prepare(t, tt.env...)
			t.Cleanup(s.kill)
			out, code := s.run(t, "doctor")
			if want := tt.code != ""; (code != 0) != want || want && !strings.Contains(out, tt.code+": ") {
				t.Errorf("doctor: exit %d, want %q\n%s", code, tt.code, out)
			}
			if strings.Contains(out, "fatal") != tt.fatal {
				t.Errorf("doctor: fatal is %v\n%s", !tt.fatal, out)
			}
			if !tt.fatal {
				return // that it serves is what every other test shows; a public listener is not opened here
			}
			out, code = s.run(t, "serve")
			if code != 1 || !strings.Contains(out, tt.code+": ") {
				t.Errorf("serve: exit %d\n%s", code, out)
			}
		})
	}
}

// A setting that is no setting stops everything, names all variables and shows no value.
func TestSettingsAreRead(t *testing.T) {
	t.Parallel()
	s := prepare(t, "LOG_LEVEL=canary-one", "SHUTDOWN_TIMEOUT=canary-two", "MAX_BODY_BYTES=-3")
	t.Cleanup(s.kill)
	for _, command := range []string{"serve", "doctor"} {
		out, code := s.run(t, command)
		if code != 1 || strings.Contains(out, "canary") {
			t.Errorf("%s: exit %d\n%s", command, code, out)
		}
		for _, name := range []string{"LOG_LEVEL", "SHUTDOWN_TIMEOUT", "MAX_BODY_BYTES"} {
			if !strings.Contains(out, name+": ") {
				t.Errorf("%s does not name %s:\n%s", command, name, out)
			}
		}
	}
}

// A secret that others may read keeps the service from starting (X7, CWE-732). Where there is no key there is nothing to read.
func TestReadableSecret(t *testing.T) {
	t.Parallel()
	s := prepare(t)
	t.Cleanup(s.kill)
	for _, file := range secretFiles {
		path := filepath.Join(s.dir, ".secrets", file)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"doctor", "serve"} {
			out, code := s.run(t, command)
			if code != 1 || !strings.Contains(out, "secret-file-mode: ") || strings.Contains(out, s.dir) {
				t.Errorf("%s with a readable %s: exit %d\n%s", command, file, code, out)
			}
		}
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
