// Package checkers judges what hardwright writes with libraries that are too heavy for hardwright's own go.mod.
package checkers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is hardwright, built once.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "hardwright-checkers-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "hardwright")
		build := exec.Command("go", "build", "-o", program, ".")
		build.Dir = filepath.Join("..", "..")
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "build hardwright:", err)
			return 1
		}
		return m.Run()
	}())
}

// generate writes a service in containers for each database.
func generate(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for database, auth := range map[string]string{"none": "none", "sqlite": "session", "postgres": "session"} {
		dir := filepath.Join(t.TempDir(), "orders")
		c := exec.Command(program, "new", dir, "--yes", "--quiet", "--git=false", "--module", "example.com/team/orders",
			"--database", database, "--auth", auth, "--deploy", "docker", "--contact", "mailto:security@example.com")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("hardwright: %v\n%s", err, out)
		}
		all[database] = dir
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
