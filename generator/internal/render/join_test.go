package render

import (
	"errors"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

func TestJoined(t *testing.T) {
	tests := []struct {
		rel, file string
		part      bool
	}{
		{"internal/event/event.go.d/20-session.go", "internal/event/event.go", true},
		{"openapi.json.d/10-notes.json", "openapi.json", true},
		{"deploy/orders.service.d/limits.conf", "deploy/orders.service.d/limits.conf", false},
		{"internal/event/event.go", "internal/event/event.go", false},
		{".d/x.go", ".d/x.go", false},
	}
	for _, tt := range tests {
		if file, part := Joined(tt.rel); file != tt.file || part != tt.part {
			t.Errorf("%s: %s, %v", tt.rel, file, part)
		}
	}
}

func TestJoinsGo(t *testing.T) {
	r, err := rendered(t, orders, map[string]string{
		"a/component.yaml":                            base,
		"b/component.yaml":                            "name: b\nkind: base\nsummary: B.\nfiles:\n  - {path: internal/x/x.go.d/30-gone.go, only: [c]}\n",
		"c/component.yaml":                            "name: c\nkind: extra\nsummary: C.\n",
		"a/_files/internal/x/x.go.d/20-second.go":     "package x\n\nimport (\n\t\"os\"\n\n\t\"example.com/app/internal/y\"\n)\n\n// Two is two.\nvar Two = y.Of(os.Args)\n",
		"b/_files/internal/x/x.go.d/10-first.go.tmpl": "// Package x is {{.Name}}.\npackage x\n\nimport \"fmt\"\n\n// One is one.\nvar One = fmt.Sprint(1) // one\n\n// a comment at the end\n",
		"b/_files/internal/x/x.go.d/30-gone.go":       "package x\n\nvar Gone = 1\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `// Package x is orders.
package x

import (
	"fmt"
	"os"

	"corp.test/orders/internal/y"
)

// One is one.
var One = fmt.Sprint(1) // one

// a comment at the end

// Two is two.
var Two = y.Of(os.Args)
`
	if f := r.Files["internal/x/x.go"]; string(f.Data) != want || f.Owner != "b" {
		t.Errorf("%s: %s", f.Owner, f.Data)
	}
	if len(r.Files) != 1 {
		t.Errorf("%d files", len(r.Files))
	}
}

func TestJoinsJSONAndText(t *testing.T) {
	r, err := rendered(t, orders, map[string]string{
		"a/component.yaml":            base,
		"a/_files/x.json.d/10-a.json": `{"openapi": "3.1.0", "tags": [{"name": "a"}], "paths": {"/z": {"get": {"summary": "<z>"}}}}`,
		"a/_files/x.json.d/20-b.json": `{"openapi": "3.1.0", "tags": [{"name": "b"}], "paths": {"/a": {"get": 1.0}, "/z": {"post": null}}}`,
		"a/_files/x.md.d/10-a.md":     "# A\n",
		"a/_files/x.md.d/20-b.md":     "\n\n## B\n\ntext\n\n",
		"a/_files/x.md.d/30-c.md":     "\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "openapi": "3.1.0",
  "tags": [{"name": "a"}, {"name": "b"}],
  "paths": {"/z": {"get": {"summary": "<z>"}, "post": null}, "/a": {"get": 1.0}}
}
`
	if got := string(r.Files["x.json"].Data); got != want {
		t.Error(got)
	}
	if got := string(r.Files["x.md"].Data); got != "# A\n\n## B\n\ntext\n" {
		t.Errorf("%q", got)
	}
}

func TestPartsThatDoNotFit(t *testing.T) {
	tests := []struct{ name, file, a, b, want string }{
		{"other package", "x.go", "package x\n", "package y\n", "package y, but"},
		{"one name for two packages", "x.go", "package x\n\nimport \"crypto/rand\"\n", "package x\n\nimport \"math/rand/v2\"\n", "both are called rand"},
		{"a constraint", "x.go", "//go:build unix\n\npackage x\n", "package x\n", "would be lost"},
		{"a comment on an import", "x.go", "package x\n\nimport (\n\t\"os\" // why\n)\n", "package x\n", "would be lost"},
		{"no Go", "x.go", "package x\n", "package x\n\nfunc {\n", "does not parse"},
		{"no JSON", "x.json", "{}", "{", "does not parse"},
		{"two values", "x.json", "{}", "{} {}", "more than one value"},
		{"no object", "x.json", "{}", "[]", "not a JSON object"},
		{"other values", "x.json", `{"a": {"b/c": 1}}`, `{"a": {"b/c": 2}}`, "/a/b~1c: another part"},
		{"other kinds", "x.json", `{"a": {}}`, `{"a": []}`, "/a: another part"},
		{"a key twice", "x.json", `{"a": 1, "a": 2}`, "{}", "appears twice"},
	}
	for _, tt := range tests {
		ext := tt.file[strings.IndexByte(tt.file, '.'):]
		_, err := rendered(t, orders, map[string]string{
			"a/component.yaml":                      base,
			"a/_files/" + tt.file + ".d/10-a" + ext: tt.a,
			"a/_files/" + tt.file + ".d/20-b" + ext: tt.b,
		})
		var list problem.List
		if !errors.As(err, &list) || len(list) != 1 || !strings.Contains(list[0].Message, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	_, err := rendered(t, orders, map[string]string{"a/component.yaml": base, "a/_files/x.md.d/a.md": "a", "a/_files/x.md": "b"})
	if err == nil || !strings.Contains(err.Error(), "a writes x.md too") {
		t.Error(err)
	}
}
