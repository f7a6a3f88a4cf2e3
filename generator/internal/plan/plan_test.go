package plan

import (
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

func source() Source {
	return Source{
		Spec: spec.Spec{Name: "orders", Module: "example.com/orders"},
		Files: map[string]render.File{
			"b/x.go":     {Data: []byte("package b\n"), Mode: 0o644, Owner: "b", Class: render.Managed},
			"README.md":  {Data: []byte("# orders\n"), Mode: 0o644, Owner: "a", Class: render.Seeded},
			".gitignore": {Data: []byte("# ours\n/build/\n/.secrets/\n"), Mode: 0o644, Owner: "a", Class: render.Managed},
		},
		Lock: lock.Lock{Engine: "1", Templates: "sha256:0", Components: []string{"b", "a"}},
	}
}

func TestNew(t *testing.T) {
	p := New(source())
	var paths []string
	for _, s := range p.Steps {
		paths = append(paths, s.Path)
		if s.Kind != Create || s.Owner == "" || s.Mode == 0 || s.New == nil || s.Old != nil {
			t.Errorf("%+v", s)
		}
	}
	if got := strings.Join(paths, " "); got != ".gitignore README.md b/x.go hardwright.lock hardwright.yaml" {
		t.Error(got)
	}
}

// What a fresh clone holds stays, is named, and is the user's from the start.
func TestNewKeepsWhatIsThere(t *testing.T) {
	s := source()
	s.Existing = tree.Tree{"README.md": {Data: []byte("mine")}, ".gitignore": {Data: []byte("/build/\n")}}
	p := New(s)
	if got := strings.Join(p.Kept, " "); got != ".gitignore README.md" {
		t.Errorf("kept %s", got)
	}
	var l string
	for _, step := range p.Steps {
		if step.Path == "README.md" || step.Path == ".gitignore" {
			t.Errorf("%s would be written", step.Path)
		}
		if step.Path == lock.Path {
			l = string(step.New)
		}
	}
	if !strings.Contains(l, `"README.md": {sha256: `+lock.Digest([]byte("mine"))+`, mode: "0644", owner: a, class: user}`) {
		t.Errorf("the lock does not say whose README.md is:\n%s", l)
	}
	if len(p.Notes) != 1 || !strings.Contains(p.Notes[0], "/.secrets/") || strings.Contains(p.Notes[0], "/build/") {
		t.Errorf("notes %q", p.Notes)
	}
}

func TestDiff(t *testing.T) {
	tests := []struct {
		name string
		step Step
		want string
	}{
		{"new file", Step{Path: "a", New: []byte("x\ny\n")}, "--- /dev/null\n+++ b/a\n@@ -0,0 +1,2 @@\n+x\n+y\n"},
		{"no newline at the end", Step{Path: "a", New: []byte("x")}, "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n"},
		{"empty file", Step{Path: "a", New: []byte{}}, "--- /dev/null\n+++ b/a\n"},
		{"a line in the middle", Step{Kind: Modify, Path: "a", Old: []byte("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), New: []byte("1\n2\n3\n4\nx\n6\n7\n8\n9\n")},
			"--- a/a\n+++ b/a\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
		{"bytes", Step{Kind: Modify, Path: "a", Old: []byte("a\x00"), New: []byte("b")}, "--- a/a\n+++ b/a\nBinary files differ\n"},
		{"removed file", Step{Path: "a", Old: []byte("x\n")}, "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"},
	}
	for _, tt := range tests {
		if got := tt.step.Diff(); got != tt.want {
			t.Errorf("%s:\n%s", tt.name, got)
		}
	}
}
