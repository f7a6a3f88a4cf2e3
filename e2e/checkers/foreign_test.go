package checkers

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The Dockerfile that add writes into a repository of somebody else has no warnings either.
func TestForeignDockerfile(t *testing.T) {
	for folder, main := range map[string]string{".": "cmd/orders", "services/orders": "."} {
		repo := t.TempDir()
		for path, text := range map[string]string{
			"go.mod":                       "module corp.example/orders\n\ngo 1.23\n",
			filepath.Join(main, "main.go"): "package main\n\nimport \"net/http\"\n\nfunc main() { _ = http.ListenAndServe(\"127.0.0.1:8080\", nil) }\n",
		} {
			path = filepath.Join(repo, folder, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if out, err := exec.Command(program, "add", "docker", "--dir", repo, "--yes", "--quiet").CombinedOutput(); err != nil {
			t.Fatalf("hardwright: %v\n%s", err, out)
		}
		text := read(t, filepath.Join(repo, folder, "Dockerfile"))
		if found := warnings(t, text); len(found) > 0 {
			t.Errorf("%s:\n%s", folder, strings.Join(found, "\n"))
		}
		if found := warnings(t, strings.Replace(text, "WORKDIR /src", "WORKDIR src", 1)); len(found) == 0 {
			t.Errorf("%s: a mistake is not found", folder)
		}
	}
}
