package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// The world of these tests: a imports b, whose tests import u, which imports t. c's go.mod requires t. Nobody has d.
var world = map[string]map[string]string{
	"example.com/a": {"go.mod": "module example.com/a\n\ngo 1.26.0\n\nrequire example.com/b v1.0.0\n", "a.go": "package a\n\nimport _ \"example.com/b\"\n"},
	"example.com/b": {"go.mod": "module example.com/b\n\ngo 1.26.0\n\nrequire example.com/u v1.0.0\n", "b.go": "package b\n", "b_test.go": "package b\n\nimport _ \"example.com/u\"\n"},
	"example.com/u": {"go.mod": "module example.com/u\n\ngo 1.26.0\n\nrequire example.com/t v1.0.0\n", "u.go": "package u\n\nimport _ \"example.com/t\"\n"},
	"example.com/t": {"go.mod": "module example.com/t\n\ngo 1.26.0\n", "t.go": "package t\n"},
	"example.com/c": {"go.mod": "module example.com/c\n\ngo 1.26.0\n\nrequire example.com/t v1.0.0\n", "c.go": "package c\n", "c_test.go": "package c\n\nimport _ \"example.com/t\"\n"},
}

// proxy serves the world from a folder, as GOPROXY=file:// reads it, into a module cache of its own.
func proxy(t *testing.T) {
	t.Helper()
	dir, cache := t.TempDir(), t.TempDir()
	for path, files := range world {
		src := t.TempDir()
		for name, text := range files {
			put(t, filepath.Join(src, name), []byte(text))
		}
		var z bytes.Buffer
		if err := modzip.CreateFromDir(&z, module.Version{Path: path, Version: "v1.0.0"}, src); err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(dir, filepath.FromSlash(path), "@v")
		put(t, filepath.Join(at, "list"), []byte("v1.0.0\n"))
		put(t, filepath.Join(at, "v1.0.0.info"), []byte(`{"Version":"v1.0.0","Time":"2026-01-01T00:00:00Z"}`))
		put(t, filepath.Join(at, "v1.0.0.mod"), []byte(files["go.mod"]))
		put(t, filepath.Join(at, "v1.0.0.zip"), z.Bytes())
	}
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(dir))
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOMODCACHE", cache)
	t.Cleanup(func() {
		if out, err := exec.Command("go", "clean", "-modcache").CombinedOutput(); err != nil { // its files are read-only
			t.Errorf("%v\n%s", err, out)
		}
	})
}

func put(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestResolveAndCheck(t *testing.T) {
	proxy(t)
	versions := map[string]string{"example.com/a": "v1.0.0", "example.com/c": "v1.0.0"}
	sets := [][]string{nil, {"example.com/a"}, {"example.com/c"}, {"example.com/a", "example.com/c"}}
	pins, err := resolve(t.TempDir(), versions, sets)
	if err != nil {
		t.Fatal(err)
	}
	a := pins.Packages["example.com/a"]
	if want := []string{"example.com/a", "example.com/b"}; !reflect.DeepEqual(a.Requires, want) {
		t.Errorf("a requires %v, want %v", a.Requires, want)
	}
	if want := []string{"example.com/t"}; !reflect.DeepEqual(a.Tests, want) || !reflect.DeepEqual(pins.Covers["example.com/c"], want) {
		t.Errorf("only tests need %v, and c brings in %v; want %v", a.Tests, pins.Covers["example.com/c"], want)
	}
	if err := check(t.TempDir(), pins, sets); err != nil {
		t.Errorf("what was resolved is not tidy: %v", err)
	}

	// A check that cannot fail proves nothing.
	short := a
	short.Requires = a.Requires[:1]
	pins.Packages["example.com/a"] = short
	if err := check(t.TempDir(), pins, sets); err == nil || !strings.Contains(err.Error(), "example.com/b v1.0.0") {
		t.Errorf("a missing requirement passes: %v", err)
	}
	short = a
	short.Sums = a.Sums[1:]
	pins.Packages["example.com/a"] = short
	if err := check(t.TempDir(), pins, sets[:2]); err == nil {
		t.Error("a missing checksum passes")
	}
	pins.Packages["example.com/a"] = a
	covers := pins.Covers
	pins.Covers = nil
	if err := check(t.TempDir(), pins, sets); err == nil || !strings.Contains(err.Error(), "-\texample.com/t v1.0.0 // indirect") {
		t.Errorf("a requirement that another module makes superfluous passes: %v", err)
	}
	pins.Covers = covers
	if err := check(t.TempDir(), pins, [][]string{{"example.com/d"}}); err == nil || !strings.Contains(err.Error(), "nothing pins example.com/d") {
		t.Errorf("an unknown package passes: %v", err)
	}
}

func TestResolveRefuses(t *testing.T) {
	proxy(t)
	if _, err := resolve(t.TempDir(), map[string]string{"example.com/a": "v1.0.0"}, [][]string{{"example.com/c"}}); err == nil || !strings.Contains(err.Error(), "has no version for its module") {
		t.Errorf("a package without a chosen version: %v", err)
	}
	if _, err := resolve(t.TempDir(), map[string]string{"example.com/a": "v1.9.0"}, [][]string{{"example.com/a"}}); err == nil {
		t.Error("a version that does not exist passes")
	}
}
