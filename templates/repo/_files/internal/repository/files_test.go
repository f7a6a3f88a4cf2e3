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

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// files lists the files that belong to the repository: no history, no keys of this machine, nothing that was built.
func files(t *testing.T) []string {
	t.Helper()
	var out []string
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", ".secrets", "build", "vendor", "node_modules"}, d.Name()) {
			return fs.SkipDir
		}
		if d.Type().IsRegular() && !ignored(d.Name()) {
			out = append(out, p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ignored reports whether git is told to ignore files of that name: keys, settings and databases of one machine.
func ignored(name string) bool {
	return name == ".env" || slices.Contains([]string{".db", ".db-shm", ".db-wal", ".key", ".out", ".pem", ".test"}, path.Ext(name))
}

// sources parses the Go files that end up in the program.
func sources(t *testing.T, visit func(name string, f *ast.File)) {
	t.Helper()
	fset, seen := token.NewFileSet(), 0
	for _, name := range files(t) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(root, filepath.FromSlash(name)), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		visit(name, f)
		seen++
	}
	if seen == 0 {
		t.Fatal("no Go files")
	}
}

// wantLines fails the test for each line that a file lacks. Spaces around lines do not count.
func wantLines(t *testing.T, name string, lines ...string) {
	t.Helper()
	have := map[string]bool{}
	for line := range strings.Lines(read(t, name)) {
		have[strings.TrimSpace(line)] = true
	}
	for _, line := range lines {
		if !have[line] {
			t.Errorf("%s has no line %q", name, line)
		}
	}
}
