package lint

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/templates"
)

// Our own components have no findings.
func TestTemplates(t *testing.T) {
	c, err := component.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.All) < 20 || len(c.Controls) < 80 {
		t.Errorf("%d components and %d controls: were they read?", len(c.All), len(c.Controls))
	}
	for _, p := range Catalog(c) {
		t.Error(p)
	}
}

// clean is a catalog without findings; each test breaks one thing.
var clean = map[string]string{
	"controls.yaml":                          "- {id: A1, title: First, standard: ASVS V1}\n- {id: A2, title: Second, standard: ASVS V2, unless: [{only: [\"!extra\"], reason: no extra}]}\n",
	"universe/pins.json":                     `{"packages":{"example.org/pinned":{"module":"example.org/pinned"}}}`,
	"core/README.md":                         "# core\n",
	"core/component.yaml":                    "name: core\nkind: base\nsummary: Core.\nneeds: [part]\nslots:\n  chain:\n    doc: the chain\n    fields: {expr: expr, type: type, id: ident, why: text, imports: imports, on: bool, n: int}\nwiring:\n  chain:\n    - {order: 1, expr: \"core.New(1)\", type: \"[]*core.T\", id: core, why: \"for {{.Name}}\", imports: [example.com/app/internal/core], on: true, n: 1}\ncontrols:\n  - {id: A1, code: internal/core/core.go, tests: [internal/core.TestCore]}\n",
	"core/_files/internal/core/core.go":      "package core\n\nimport (\n\t\"os\"\n\n\t\"example.org/pinned\"\n\n\t\"example.com/app/internal/part\"\n)\n\nvar _, _, _ = os.Exit, pinned.X, part.X\n",
	"core/_files/internal/core/core_test.go": "package core\n\nfunc TestCore() {}\n",
	"core/_files/chain.go.tmpl":              "package chain\n\nvar chain = []any{\n{{range .Slot \"chain\"}}\t{{.expr}},\n{{end}}}\n",
	"part/README.md":                         "# part\n",
	"part/component.yaml":                    "name: part\nkind: part\nsummary: Part.\n",
	"extra/README.md":                        "# extra\n",
	"extra/component.yaml":                   "name: extra\nkind: extra\nsummary: Extra.\nprovides: [more]\ndefault: [core]\ninputs:\n  - {name: text, type: string, default: x, question: What}\nfiles:\n  - {path: extra.txt, only: [more]}\ncontrols:\n  - {id: A2, code: extra.txt, tests: [internal/core.TestCore]}\n",
	"extra/_files/extra.txt":                 "x\n",
}

func findings(t *testing.T, change map[string]string) string {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, files := range []map[string]string{clean, change} {
		for p, text := range files {
			fsys[p] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	for p, text := range change {
		if text == "" {
			delete(fsys, p)
		}
	}
	c, err := component.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return Catalog(c).Error()
}

// swap is the clean file with one change.
func swap(t *testing.T, file, old, new string) map[string]string {
	t.Helper()
	text := clean[file]
	if !strings.Contains(text, old) {
		t.Fatalf("%s has no %q", file, old)
	}
	return map[string]string{file: strings.Replace(text, old, new, 1)}
}

func TestCleanHasNoFindings(t *testing.T) {
	if got := findings(t, nil); got != "" {
		t.Errorf("%s", got)
	}
}

func TestFindings(t *testing.T) {
	core, coreGo, extra := "core/component.yaml", "core/_files/internal/core/core.go", "extra/component.yaml"
	tests := []struct {
		name   string
		change map[string]string
		want   string
	}{
		{"manifest that is not YAML", map[string]string{core: "name: [core\n"}, "core/component.yaml:2: not YAML"},
		{"unknown key", swap(t, core, "summary: Core.", "summary: Core.\ncolor: red"), "core/component.yaml:4: unknown key \"color\""},
		{"folder without manifest", map[string]string{"lost/_files/x": "x"}, "lost: a folder without a component.yaml"},
		{"folder without README", map[string]string{"part/README.md": ""}, "part: no README.md"},
		{"need of nobody", swap(t, core, "needs: [part]", "needs: [part, gone]"), "core/component.yaml:4: needs gone: no such component"},
		{"needs in a circle", map[string]string{"part/component.yaml": clean["part/component.yaml"] + "needs: [core]\n"}, "needs go in a circle: core → part → core"},
		{"unknown word", swap(t, extra, "default: [core]", "default: [gone]"), `condition "gone": no component or word`},
		{"unknown input in a condition", swap(t, extra, "only: [more]", "only: [extra.gone=1]"), `extra has no input "gone"`},
		{"requires nobody", map[string]string{extra: clean[extra] + "requires:\n  - {name: gone, reason: because}\n"}, `extra/component.yaml:13: unknown component or word "gone"`},
		{"unknown slot", swap(t, core, "wiring:\n  chain:", "wiring:\n  gone:"), "core/component.yaml:11: unknown slot \"gone\""},
		{"unknown field", swap(t, core, "order: 1, expr:", "order: 1, what: x, expr:"), "slot chain has no field \"what\""},
		{"expression", swap(t, core, "core.New(1)", "core.New(1"), "expr: expression does not parse: core.New(1"},
		{"type", swap(t, core, "[]*core.T", "[]*"), "type: type does not parse"},
		{"identifier", swap(t, core, "id: core,", "id: core.x,"), "\"core.x\" is not a Go identifier"},
		{"text that is no template", swap(t, core, "for {{.Name}}", "for {{.Name"), "why: template does not parse"},
		{"import path", swap(t, core, "imports: [example.com/app/internal/core]", "imports: [\"a b c\"]"), "is not"},
		{"bool", swap(t, core, "on: true", "on: maybe"), "neither true nor false"},
		{"int", swap(t, core, "n: 1}", "n: one}"), "not a whole number"},
		{"file that is not there", swap(t, extra, "path: extra.txt", "path: gone.txt"), "extra/component.yaml:9: files: no payload gone.txt"},
		{"seeded file that is not there", map[string]string{extra: clean[extra] + "seeded: [gone.md]\n"}, "no payload gone.md"},
		{"Go that does not parse", map[string]string{coreGo: "package core\n\nfunc {\n"}, coreGo + ":3: does not parse"},
		{"Go that is not formatted", swap(t, coreGo, "var _", "var  _"), coreGo + ":11: not formatted"},
		{"imports out of order", swap(t, coreGo, "\t\"os\"\n\n\t\"example.org/pinned\"", "\t\"example.org/pinned\"\n\n\t\"os\""), coreGo + ":6: import os: the order is"},
		{"groups run together", swap(t, coreGo, "\"example.org/pinned\"\n\n", "\"example.org/pinned\"\n"), "begins a group"},
		{"import that nothing pins", swap(t, coreGo, "example.org/pinned", "example.org/loose"), "a payload imports example.org/loose, and nothing pins it"},
		{"go.mod as a payload", map[string]string{"extra/_files/go.mod": "module x\n"}, "go.mod is never a payload"},
		{"two owners", map[string]string{"part/_files/extra.txt": "y"}, "extra/_files/extra.txt writes extra.txt too"},
		{"line endings", map[string]string{"extra/_files/extra.txt": "x\r\n"}, "extra/_files/extra.txt:1: a line ends in CR LF"},
		{"template that does not parse", map[string]string{"extra/_files/y.txt.tmpl": "\n{{end}}"}, "extra/_files/y.txt.tmpl:2: unexpected {{end}}"},
		{"template that fails where it runs", map[string]string{"extra/_files/y.txt.tmpl": "{{.Input \"part\" \"x\"}}"}, "extra/_files/y.txt.tmpl:1: "},
		{"template that renders to no Go", map[string]string{"extra/_files/y.go.tmpl": "package {{.Name}}.{{.Name}}\n"}, "renders to Go that does not parse"},
		{"unquoted text", map[string]string{"extra/_files/y.go.tmpl": "package y\n\nvar x = \"{{.Input \"extra\" \"text\"}}\"\n"}, "extra/_files/y.go.tmpl:3: "},
		{"control without a row", swap(t, core, "id: A1", "id: Z9"), "control Z9 has no row"},
		{"control without a test", swap(t, core, "tests: [internal/core.TestCore]", "tests: []"), "control A1 names no test"},
		{"test that is not there", swap(t, core, "tests: [internal/core.TestCore]", "tests: [internal/core.TestGone]"), "no test internal/core.TestGone"},
		{"code that is not there", swap(t, core, "code: internal/core/core.go", "code: internal/core/gone.go"), "no payload internal/core/gone.go"},
		{"control that a service lacks", swap(t, "controls.yaml", "only: [\"!extra\"]", "only: [\"!part\"]"), "controls.yaml:2: control A2: nobody claims it in a service with"},
		{"path into .git", map[string]string{"extra/_files/.git/config": "x"}, ".git is not ours"},
	}
	for _, tt := range tests {
		if got := findings(t, tt.change); !strings.Contains(got, tt.want) {
			t.Errorf("%s: no %q in\n%s", tt.name, tt.want, got)
		}
	}
}
