// Package repository tests what a person could break without noticing: secrets in files, imports, the image's user, pinned
// actions, and names in documents and comments that nothing has any more. It needs nothing but Go.
package repository

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the top of the repository, seen from this package.
var root = filepath.Join("..", "..")

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// files lists the files of the repository, without history, keys of this machine and what was built.
func files(t *testing.T) []string {
	t.Helper()
	ignored := []string{".db", ".db-shm", ".db-wal", ".db-migrate", ".dump", ".env", ".key", ".out", ".pem", ".test"}
	var out []string
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", ".secrets", "build", "vendor", "node_modules"}, d.Name()) {
			return fs.SkipDir
		}
		if d.Type().IsRegular() && !slices.Contains(ignored, path.Ext(p)) && d.Name() != "cookies.txt" {
			out = append(out, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sources parses every Go file.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	out := map[string]*ast.File{}
	for _, name := range files(t) {
		if path.Ext(name) == ".go" {
			f, err := parser.ParseFile(token.NewFileSet(), name, read(t, name), parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = f
		}
	}
	return out
}

// program leaves the tests out.
func program(all map[string]*ast.File) map[string]*ast.File {
	for name := range all {
		if strings.HasSuffix(name, "_test.go") {
			delete(all, name)
		}
	}
	return all
}

// wantLines fails the test for each line that a file lacks. Spaces around lines do not count.
func wantLines(t *testing.T, name string, lines ...string) {
	t.Helper()
	var have []string
	for line := range strings.Lines(read(t, name)) {
		have = append(have, strings.TrimSpace(line))
	}
	for _, line := range lines {
		if !slices.Contains(have, line) {
			t.Errorf("%s has no line %q", name, line)
		}
	}
}
