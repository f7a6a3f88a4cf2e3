package templates

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// What is embedded is what is on disk. A go.mod inside a payload would drop its whole folder from the embed without a word.
func TestEmbeddedEqualsDisk(t *testing.T) {
	disk := os.DirFS(".")
	here, embedded := files(t, disk), files(t, FS)
	for p := range here {
		if !wanted(p) {
			delete(here, p)
		}
	}
	if len(here) < 100 {
		t.Errorf("only %d files on disk", len(here))
	}
	for p := range here {
		if !embedded[p] {
			t.Errorf("%s is on disk and not embedded", p)
			continue
		}
		a, err := fs.ReadFile(disk, p)
		if err != nil {
			t.Fatal(err)
		}
		b, err := fs.ReadFile(FS, p)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", p)
		}
	}
	for p := range embedded {
		if !here[p] {
			t.Errorf("%s is embedded and should not be", p)
		}
	}
}

// wanted reports whether a file of this folder reaches the program.
func wanted(p string) bool {
	folder, rest, inside := strings.Cut(p, "/")
	if !inside {
		return p == "controls.yaml" || p == "GENERATORS.md"
	}
	manifest := rest == "component.yaml" || rest == "generator.yaml"
	return folder == "universe" || manifest || rest == "README.md" || strings.HasPrefix(rest, "_files/") || strings.HasPrefix(rest, "_foreign/") || strings.HasPrefix(rest, "_both/")
}

func files(t *testing.T, fsys fs.FS) map[string]bool {
	out := map[string]bool{}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out[path.Clean(p)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
