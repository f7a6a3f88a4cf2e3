package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A person requires a module of their own, and a component comes that needs another: the real go command settles the two, and
// taking the component out again gives the person's go.mod and go.sum back.
func TestModulesOfAPerson(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, "cp", "-r", abs(t, "../templates"), "templates")
	write(t, filepath.Join(dir, "templates", "serial"), map[string]string{
		"component.yaml":                   "name: serial\nkind: extra\nsummary: Numbers things.\n",
		"README.md":                        "# Serial\n",
		"_files/internal/serial/serial.go": "package serial\n\nimport \"github.com/golang-jwt/jwt/v5\"\n\n// New is a number.\nfunc New() string { return jwt.SigningMethodNone.Alg() }\n",
	})
	ours := []string{"--templates", filepath.Join(dir, "templates")}
	if r := hardwright(t, dir, append(ours, "new", "orders", "--yes", "--quiet", "--git=false", "--database", "none", "--auth", "none", "--deploy", "none", "--ci", "none")...); r.code != 0 {
		t.Fatal(r.stderr)
	}
	service := filepath.Join(dir, "orders")
	write(t, service, map[string]string{"internal/mine/mine.go": "package mine\n\nimport \"golang.org/x/crypto/blake2b\"\n\n// Sum is mine.\nvar Sum = blake2b.Sum256\n"})
	pinned := run(t, abs(t, ".."), "grep", "^golang.org/x/crypto ", "templates/universe/versions.txt")
	run(t, service, "go", "mod", "edit", "-require", strings.Join(strings.Fields(pinned)[:2], "@"))
	t.Setenv("GONOSUMDB", "golang.org/x/crypto") // the module is in the cache; whether its lookup is too depends on who fetched it
	run(t, service, "go", "mod", "tidy")
	t.Setenv("GONOSUMDB", "")
	before := contents(t, service)
	r := hardwrightWith(t, service, []string{"GOPROXY=off"}, append(ours, "add", "serial")...)
	if r.code != 0 {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	run(t, service, "go", "mod", "tidy", "-diff")
	run(t, service, "go", "build", "./...")
	mod, err := os.ReadFile(filepath.Join(service, "go.mod"))
	if err != nil || !strings.Contains(string(mod), "golang.org/x/crypto v") || !strings.Contains(string(mod), "github.com/golang-jwt/jwt/v5 v") {
		t.Errorf("%v\n%s", err, mod)
	}
	if r := hardwrightWith(t, service, []string{"GOPROXY=off"}, append(ours, "remove", "serial")...); r.code != 0 {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	if d := difference(before, contents(t, service)); d != "" {
		t.Error(d)
	}
	// Without a go command nothing is guessed.
	if r := hardwrightWith(t, service, []string{"PATH=" + t.TempDir()}, append(ours, "add", "serial")...); r.code != 3 || !strings.Contains(r.stderr, "go.mod: it requires modules of your own") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
	if d := difference(before, contents(t, service)); d != "" {
		t.Error(d)
	}
}

func abs(t *testing.T, path string) string {
	t.Helper()
	full, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return full
}

// write writes files below dir.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for p, text := range files {
		file := filepath.Join(dir, p)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
