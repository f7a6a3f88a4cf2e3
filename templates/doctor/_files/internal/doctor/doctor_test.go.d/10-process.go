package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/app/internal/config"
)

// summary is severity and code of each finding.
func summary(findings []Finding) string {
	var all []string
	for _, f := range findings {
		if f.Message == "" || f.Fix == "" {
			all = append(all, "(says nothing)")
		}
		all = append(all, string(f.Severity)+" "+f.Code)
	}
	return strings.Join(all, ", ")
}

func TestRoot(t *testing.T) {
	tests := []struct {
		name   string
		user   int
		config config.Config
		want   string
	}{
		{"root", 0, config.Config{}, "fatal root"},
		{"root, allowed", 0, config.Config{AllowRoot: true}, "warning root"},
		{"somebody", 65532, config.Config{}, ""},
		{"no users here", -1, config.Config{}, ""},
	}
	for _, tt := range tests {
		if got := summary(root(t.Context(), tt.config, Host{UserID: tt.user})); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSecretFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "key")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name        string
		mode        os.FileMode
		credentials string
		want        string
	}{
		{"mine", 0o600, "", ""},
		{"mine to read", 0o400, "", ""},
		{"everybody's", 0o644, "", "fatal secret-file-mode"},
		{"my group's", 0o640, "", "fatal secret-file-mode"},
		{"everybody's to write", 0o602, "", "fatal secret-file-mode"},
		{"a credential of systemd", 0o440, dir, "warning secret-file-mode"},
		{"a neighbor of the credentials", 0o440, dir[:len(dir)-1], "fatal secret-file-mode"},
	}
	for _, tt := range tests {
		if err := os.Chmod(file, tt.mode); err != nil {
			t.Fatal(err)
		}
		host := Host{Getenv: func(name string) string {
			if name != "CREDENTIALS_DIRECTORY" {
				t.Errorf("asks for %s", name)
			}
			return tt.credentials
		}}
		found := secretFiles(t.Context(), config.Config{SecretFiles: []string{file}}, host)
		if got := summary(found); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		for _, f := range found {
			if strings.Contains(f.Message+f.Fix, dir) {
				t.Errorf("%s: shows the path: %+v", tt.name, f)
			}
		}
	}
}

func TestMounted(t *testing.T) {
	host := Host{Getenv: func(string) string { return "" }}
	for file, want := range map[string]bool{
		"/run/secrets/key":              true,
		"/var/run/secrets/app/key":      true,
		"/run/secrets/../../home/x/key": false,
		"/run/secretsfile":              false,
		"/home/run/secrets/key":         false,
	} {
		if got := mounted(file, host); got != want {
			t.Errorf("%s: %v, want %v", file, got, want)
		}
	}
}

func TestAdmin(t *testing.T) {
	tests := []struct {
		name   string
		config config.Config
		want   string
	}{
		{"loopback", config.Config{AdminAddr: "127.0.0.1:9090", Pprof: true}, ""},
		{"public", config.Config{AdminAddr: "0.0.0.0:9090"}, "warning admin-public"},
		{"all addresses", config.Config{AdminAddr: ":9090"}, "warning admin-public"},
		{"public with profiles", config.Config{AdminAddr: "10.0.0.1:9090", Pprof: true}, "fatal admin-public"},
	}
	for _, tt := range tests {
		if got := summary(admin(t.Context(), tt.config, Host{})); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Fatal findings come first, in any order of the checks.
func TestExamine(t *testing.T) {
	c := config.Config{Addr: "127.0.0.1:8080", AdminAddr: "0.0.0.0:9090", AllowRoot: false}
	found := Examine(t.Context(), c, Host{UserID: 0, Getenv: func(string) string { return "" }})
	if len(found) < 2 || found[0].Severity != Fatal || found[len(found)-1].Severity != Warning {
		t.Errorf("%s", summary(found))
	}
	if !strings.Contains(summary(found), "fatal root") || !strings.Contains(summary(found), "warning admin-public") {
		t.Errorf("%s", summary(found))
	}
}
