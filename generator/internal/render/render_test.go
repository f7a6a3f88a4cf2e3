package render

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

var orders = spec.Spec{Name: "orders", Module: "corp.test/orders", Database: "none", Auth: "none", CI: "none", Deploy: []string{}}

// rendered renders the orders service from files given as text.
func rendered(t *testing.T, s spec.Spec, files map[string]string) (*Result, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for p, text := range files {
		fsys[p] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := component.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range c.Broken {
		t.Fatal(broken)
	}
	sel, err := c.Resolve(s)
	if err != nil {
		t.Fatal(err)
	}
	return Service(c, sel)
}

const base = "name: a\nkind: base\nsummary: A.\n"

func TestRewriteImports(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"root", "package a\n\nimport \"example.com/app\"\n", "package a\n\nimport \"corp.test/orders\"\n"},
		{"below", "package a\n\nimport x \"example.com/app/internal/x\"\n", "package a\n\nimport x \"corp.test/orders/internal/x\"\n"},
		{"lookalike", "package a\n\nimport \"example.com/apple\"\n", "package a\n\nimport \"example.com/apple\"\n"},
		{"string in code", "package a\n\nvar s = \"example.com/app\"\n", "package a\n\nvar s = \"example.com/app\"\n"},
		{"comment", "package a // example.com/app\n\nimport \"fmt\"\n", "package a // example.com/app\n\nimport \"fmt\"\n"},
		{"raw string", "package a\n\nimport `example.com/app/x`\n", "package a\n\nimport \"corp.test/orders/x\"\n"},
		{"several on odd lines", "package a\nimport (\n_ \"example.com/app/x\";\"os\"\n/* c */ \"example.com/app/y\" // d\n)\n", "package a\nimport (\n_ \"corp.test/orders/x\";\"os\"\n/* c */ \"corp.test/orders/y\" // d\n)\n"},
	}
	for _, tt := range tests {
		got, _, err := rewriteImports([]byte(tt.src), Placeholder, "corp.test/orders")
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %v\n%s", tt.name, err, got)
		}
	}
}

func TestServiceListsForeignImports(t *testing.T) {
	r, err := rendered(t, spec.Spec{Name: "o", Module: "golang.org/x", Database: "none", Auth: "none", CI: "none", Deploy: []string{}}, map[string]string{
		"a/component.yaml":        base,
		"a/_files/a.go":           "package a\n\nimport (\n\t\"os\"\n\n\t\"golang.org/x/net/html\"\n\n\t\"example.com/app/b\"\n)\n",
		"a/_files/a_test.go.tmpl": "package a\n\nimport \"golang.org/x/text/width\"\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	// A module path that is a prefix of somebody else's changes nothing.
	if got := strings.Join(r.Imports, " "); got != "golang.org/x/net/html golang.org/x/text/width" {
		t.Error(got)
	}
}

func TestServicePlacesFiles(t *testing.T) {
	r, err := rendered(t, orders, map[string]string{
		"a/component.yaml":                 base + "seeded: [README.md]\nexecutable: [.githooks/pre-commit]\nfiles:\n  - {path: gone, only: [b]}\n  - {path: here.txt, only: [\"!b\"]}\n",
		"a/README.md":                      "# a\n",
		"a/_files/README.md.tmpl":          "# {{.Name}}\n",
		"a/_files/cmd/__name__/main.go":    "package main\n",
		"a/_files/deploy/__name__.service": "x",
		"a/_files/.githooks/pre-commit":    "#!/bin/sh\n",
		"a/_files/run.sh":                  "#!/bin/sh\n",
		"a/_files/gone/x.txt":              "x",
		"a/_files/here.txt":                "{{not a template}}",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]struct {
		mode  fs.FileMode
		class Class
		data  string
	}{
		"README.md":             {0o644, Seeded, "# orders\n"},
		"cmd/orders/main.go":    {0o644, Managed, "package main\n"},
		"deploy/orders.service": {0o644, Managed, "x"},
		".githooks/pre-commit":  {0o755, Managed, "#!/bin/sh\n"},
		"run.sh":                {0o755, Managed, "#!/bin/sh\n"},
		"here.txt":              {0o644, Managed, "{{not a template}}"},
	}
	for p, w := range want {
		f, ok := r.Files[p]
		if !ok || f.Mode != w.mode || f.Class != w.class || string(f.Data) != w.data || f.Owner != "a" {
			t.Errorf("%s: %+v", p, f)
		}
	}
	if len(r.Files) != len(want) {
		t.Errorf("%d files, want %d", len(r.Files), len(want))
	}
}

func TestSlots(t *testing.T) {
	r, err := rendered(t, orders, map[string]string{
		"a/component.yaml": base + "slots:\n  chain:\n    doc: d\n    fields: {expr: expr, why: text, imports: imports, on: bool, n: int}\n",
		"a/_files/chain.go.tmpl": `package chain

import (
{{imports (list "net/http" "_ embed") "chain"}}
)

var chain = []http.Handler{
{{- range .Slot "chain"}}
	{{.expr}}, // {{.why}} {{.on}} {{.n}} {{.component}}
{{- end}}
}
`,
		"b/component.yaml": "name: b\nkind: base\nsummary: B.\nwiring:\n  chain:\n    - {order: 2, expr: b.Two(), imports: [example.com/app/b], why: \"for {{.Name}}\"}\n    - {order: 1, expr: b.One(), imports: [example.com/app/b, golang.org/x/net/html], on: true, n: 7}\n    - {order: 0, expr: b.Never(), only: [\"!b\"]}\n",
		"c/component.yaml": "name: c\nkind: base\nsummary: C.\nwiring:\n  chain:\n    - {order: 2, expr: c.Two()}\n    - {order: 2, expr: c.Three()}\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `package chain

import (
	_ "embed"
	"net/http"

	"golang.org/x/net/html"

	"corp.test/orders/b"
)

var chain = []http.Handler{
	b.One(),   //  true 7 b
	b.Two(),   // for orders false 0 b
	c.Two(),   //  false 0 c
	c.Three(), //  false 0 c
}
`
	if got := string(r.Files["chain.go"].Data); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestProblemsNameFileAndLine(t *testing.T) {
	tests := []struct{ name, path, text, want string }{
		{"template that does not parse", "x.txt.tmpl", "a\n{{if}}\n", "a/_files/x.txt.tmpl:2: missing value for if"},
		{"key that is not there", "x.txt.tmpl", "\n\n{{(dict \"a\" 1).b}}", "a/_files/x.txt.tmpl:3: "},
		{"function that is not allowed", "x.txt.tmpl", "{{env \"HOME\"}}", `a/_files/x.txt.tmpl:1: function "env" not defined`},
		{"unknown slot", "x.txt.tmpl", "{{.Slot \"nowhere\"}}", `no component declares a slot "nowhere"`},
		{"unknown input", "x.txt.tmpl", "{{.Input \"a\" \"b\"}}", "no input a.b"},
		{"imports that do not parse", "x.go", "package x\n\nimport fmt\n", "a/_files/x.go:3: does not parse"},
		{"output that does not parse", "x.go.tmpl", "package x\n\nvar {{.Name}} := 1\n", "a/_files/x.go.tmpl:1: renders to Go that does not parse"},
		{"endless repeat", "x.txt.tmpl", "{{repeat 9223372036854775807 \"ab\"}}", "repeat writes more than"},
		{"endless output", "x.txt.tmpl", "{{$x := repeat 60000 \"a\"}}{{range 1000000000000}}{{$x}}{{end}}", "writes more than"},
		{"path into .git", ".GIT/hooks/pre-commit", "x", ".git is not ours"},
		{"path that Windows reads otherwise", "aux.txt", "x", "illegal path"},
	}
	for _, tt := range tests {
		_, err := rendered(t, orders, map[string]string{"a/component.yaml": base, "a/_files/" + tt.path: tt.text})
		var list problem.List
		if !errors.As(err, &list) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestCollisions(t *testing.T) {
	tests := map[string]struct{ one, two, want string }{
		"same path":    {"x.txt", "x.txt", "a writes x.txt too"},
		"same folded":  {"readme.md", "README.md", "on systems that ignore case"},
		"file, folder": {"x", "x/y", "x is a file and the folder of x/y"},
		"rendered":     {"orders.txt", "__name__.txt", "a writes orders.txt too"},
	}
	for name, tt := range tests {
		_, err := rendered(t, orders, map[string]string{
			"a/component.yaml": base, "a/_files/" + tt.one: "1",
			"b/component.yaml": "name: b\nkind: base\nsummary: B.\n", "b/_files/" + tt.two: "2",
		})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// Texts that ask for their own slot end with an error, not with a full stack.
func TestSlotsThatAskForOneAnother(t *testing.T) {
	_, err := rendered(t, orders, map[string]string{
		"a/component.yaml":    base + "slots:\n  s:\n    doc: d\n    fields: {t: text}\nwiring:\n  s:\n    - {t: \"{{.Slot \\\"s\\\"}}\"}\n",
		"a/_files/x.txt.tmpl": "{{.Slot \"s\"}}",
	})
	if err == nil || !strings.Contains(err.Error(), "without end") {
		t.Errorf("got %v", err)
	}
}

// A template may call these and no others: sprig's own sets hold randomness, clocks and the environment.
func TestAllowedFunctions(t *testing.T) {
	funcs := (&Data{}).functions()
	want := strings.Fields(`quote imports repeat lower upper trim trimPrefix trimSuffix replace join splitList contains hasPrefix hasSuffix indent nindent
		snakecase camelcase kebabcase default list dict ternary add sub mul first last rest uniq sortAlpha has without toJson`)
	for _, name := range want {
		if funcs[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if len(funcs) != len(want) {
		t.Errorf("%d functions, want %d", len(funcs), len(want))
	}
}

func TestUnquoted(t *testing.T) {
	isText := func(c, in string) bool { return in == "cookie" }
	tests := []struct {
		text string
		bad  bool
	}{
		{`{{.Input "session" "cookie"}}`, true},
		{`{{quote (.Input "session" "cookie")}}`, false},
		{`{{.Input "session" "cookie" | quote}}`, false},
		{`{{.Input "session" "cookie" | upper}}`, true},
		{`{{upper (.Input "session" "cookie")}}`, true},
		{`{{if .Contact}}{{.Contact}}{{end}}`, true},
		{`{{.Input "session" "number"}}`, false},
		{`{{.Name}}`, false},
	}
	for _, tt := range tests {
		if got := Unquoted("x.go.tmpl", "\n"+tt.text, isText); (len(got) > 0) != tt.bad {
			t.Errorf("%s: %v, want bad %v", tt.text, got, tt.bad)
		} else if tt.bad && got[0].Subject != "x.go.tmpl:2" {
			t.Errorf("%s: at %s", tt.text, got[0].Subject)
		}
	}
}
