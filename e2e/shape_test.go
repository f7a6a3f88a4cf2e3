package e2e

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A shape is how large a service is to read.
type shape struct {
	files    int // all
	packages int // below internal
	program  int // lines of Go that is not a test
	tests    int // lines of tests
	small    int // Go files of at most 15 lines of code, outside cmd
	docs     int // below docs
}

// The first commit of a service is reviewed by somebody: it stays small enough for that, in every combination.
func TestShape(t *testing.T) {
	type service struct {
		name  string
		flags []string
		most  shape
	}
	tests := []service{
		{"quickstart", []string{"--preset", "quickstart"}, shape{files: 170, packages: 25, program: 9500, tests: 12600, small: 6, docs: 6}},
		{"minimal", []string{"--preset", "minimal"}, shape{files: 105, packages: 20, program: 5700, tests: 7400, small: 4, docs: 6}},
		{"api", []string{"--preset", "api"}, shape{files: 185, packages: 31, program: 11000, tests: 13600, small: 6, docs: 6}},
	}
	for _, database := range databases {
		for _, auth := range auths {
			if database == "none" && auth == "session" {
				continue // there is nowhere to keep accounts
			}
			tests = append(tests, service{
				database + "-" + auth,
				[]string{"--database", database, "--auth", auth, "--deploy", "docker,systemd", "--with", "cors,tls"},
				shape{files: 195, packages: 32, program: 11500, tests: 14400, small: 7, docs: 6},
			})
		}
	}
	dir := t.TempDir()
	for _, tt := range tests {
		got := measure(t, generate(t, dir, tt.name, append([]string{"--name", "orders", "--module", "example.com/orders"}, tt.flags...)...))
		t.Logf("%-16s %+v", tt.name, got)
		for what, n := range map[string][2]int{
			"files": {got.files, tt.most.files}, "packages": {got.packages, tt.most.packages}, "lines of program": {got.program, tt.most.program},
			"lines of tests": {got.tests, tt.most.tests}, "small files": {got.small, tt.most.small}, "documents": {got.docs, tt.most.docs},
		} {
			if n[0] > n[1] {
				t.Errorf("%s: %d %s, at most %d", tt.name, n[0], what, n[1])
			}
		}
	}
}

func measure(t *testing.T, service string) shape {
	t.Helper()
	var s shape
	packages := map[string]bool{}
	err := fs.WalkDir(os.DirFS(service), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		s.files++
		if strings.HasPrefix(p, "docs/") {
			s.docs++
		}
		if filepath.Ext(p) != ".go" {
			return nil
		}
		src, err := os.ReadFile(filepath.Join(service, filepath.FromSlash(p)))
		if err != nil {
			return err
		}
		if strings.HasPrefix(p, "internal/") {
			packages[filepath.Dir(p)] = true
		}
		if n := bytes.Count(src, []byte("\n")); strings.HasSuffix(p, "_test.go") {
			s.tests += n
		} else {
			s.program += n
		}
		if !strings.HasPrefix(p, "cmd/") && code(src) <= 15 {
			s.small++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.packages = len(packages)
	return s
}

// code counts lines that are neither empty nor a comment.
func code(src []byte) int {
	n := 0
	for line := range bytes.Lines(src) {
		if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			n++
		}
	}
	return n
}
