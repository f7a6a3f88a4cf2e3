package lint

import (
	"io/fs"
	"os"
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
	"controls.yaml":                                       "excuses:\n  no-extra: [{only: [\"!extra\"], reason: no extra}]\ncontrols:\n  - {id: A1, title: First, standard: ASVS V1}\n  - {id: A2, title: Second, standard: ASVS V2, unless: [no-extra]}\n",
	"universe/pins.json":                                  `{"packages":{"example.org/pinned":{"module":"example.org/pinned"}}}`,
	"core/README.md":                                      "# core\n",
	"core/component.yaml":                                 "name: core\nkind: base\nsummary: Core.\nneeds: [part]\nslots:\n  chain:\n    doc: the chain\n    fields: {expr: expr, type: type, id: ident, why: text, imports: imports, on: bool, n: int}\nwiring:\n  chain:\n    - {order: 1, expr: \"core.New(1)\", type: \"[]*core.T\", id: core, why: \"for {{.Name}}\", imports: [example.com/app/internal/core], on: true, n: 1}\ncontrols:\n  - {id: A1, code: internal/core/core.go, tests: [internal/core.TestCore]}\n",
	"core/_files/internal/core/core.go":                   "package core\n\nimport (\n\t\"os\"\n\n\t\"example.org/pinned\"\n\n\t\"example.com/app/internal/part\"\n)\n\nvar _, _, _ = os.Exit, pinned.X, part.X\n",
	"core/_files/internal/core/core_test.go":              "package core\n\nfunc TestCore() {}\n",
	"core/_files/chain.go.tmpl":                           "package chain\n\nvar chain = []any{\n{{range .Slot \"chain\"}}\t{{.expr}},\n{{end}}}\n",
	"part/README.md":                                      "# part\n",
	"part/component.yaml":                                 "name: part\nkind: part\nsummary: Part.\n",
	"extra/README.md":                                     "# extra\n",
	"extra/component.yaml":                                "name: extra\nkind: extra\nsummary: Extra.\nprovides: [more]\ndefault: [core]\ninputs:\n  - {name: text, type: string, default: x, question: What}\nfiles:\n  - {path: extra.txt, only: [more]}\ncontrols:\n  - {id: A2, code: extra.txt, tests: [internal/core.TestCore]}\n",
	"extra/_files/extra.txt":                              "x\n",
	"door/README.md":                                      "# door\n",
	"door/component.yaml":                                 "name: door\nkind: foreign\nsummary: Door.\nforeign:\n  part: true\n  slots:\n    links:\n      doc: links\n      fields: {expr: expr}\n",
	"door/_foreign/__module__/internal/door/door.go.tmpl": "package door\n\nvar links = []any{\n{{range .Slot \"links\"}}\t{{.expr}},\n{{end}}}\n",
	"lock/README.md":                                      "# lock\n",
	"lock/component.yaml":                                 "name: lock\nkind: foreign\nsummary: Lock.\nforeign:\n  needs: [door]\n  inputs:\n    - {name: key, type: string, required: true, example: k, question: Which}\n  wiring:\n    links:\n      - {order: 1, expr: bolt}\n  files:\n    - {path: __module__/internal/door/new.go, only: [go123]}\n  controls:\n    - {id: A1, code: internal/door/lock.go, tests: [internal/door.TestBolt]}\n",
	"lock/_foreign/__module__/internal/door/lock.go":      "package door\n\nvar bolt = 1\n",
	"lock/_foreign/__module__/internal/door/new.go":       "package door\n",
	"lock/_foreign/__module__/internal/door/lock_test.go": "package door\n\nimport \"example.com/app/internal/door\"\n\nfunc TestBolt() { _ = door.X }\n",
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
	lock, lockGo := "lock/component.yaml", "lock/_foreign/__module__/internal/door/lock.go"
	door, doorGo := "door/component.yaml", "door/_foreign/__module__/internal/door/door.go.tmpl"
	tests := []struct {
		name   string
		change map[string]string
		want   string
	}{
		{"manifest that is not YAML", map[string]string{core: "name: [core\n"}, "core/component.yaml:2: not YAML"},
		{"unknown key", swap(t, core, "summary: Core.", "summary: Core.\ncolor: red"), "core/component.yaml:4: unknown key \"color\""},
		{"folder without manifest", map[string]string{"lost/_files/x": "x"}, "lost: a folder without a component.yaml"},
		{"folder without README", map[string]string{"part/README.md": ""}, "part: no README.md"},
		{"document that nobody introduces", swap(t, core, "summary: Core.", "summary: Core.\ndocument: {name: http, order: 1}"), "core/component.yaml:4: document http: no component has its introduction"},
		{"document without a place", swap(t, core, "summary: Core.", "summary: Core.\ndocument: {name: http}"), "a document needs name and order"},
		{"excuse that nobody gave", swap(t, "controls.yaml", "unless: [no-extra]", "unless: [no-extra, gone]"), "controls.yaml:5: unknown excuse \"gone\""},
		{"excuse that nobody needs", swap(t, "controls.yaml", ", unless: [no-extra]", ""), "no control uses the excuse \"no-extra\""},
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
		{"control that a service lacks", swap(t, "controls.yaml", "only: [\"!extra\"]", "only: [\"!part\"]"), "controls.yaml:5: control A2: nobody claims it in a service with"},
		{"foreign: unknown key", swap(t, lock, "needs: [door]", "wants: [door]"), `lock/component.yaml:5: unknown key "wants"`},
		{"foreign: need of nobody", swap(t, lock, "needs: [door]", "needs: [door, core]"), "lock/component.yaml:5: needs core: no such component"},
		{"foreign: needs in a circle", swap(t, door, "part: true", "part: true\n  needs: [lock]"), "needs go in a circle: door → lock → door"},
		{"foreign: unknown slot", swap(t, lock, "links:", "chain:"), `unknown slot "chain"`},
		{"foreign: unknown word", swap(t, lock, "only: [go123]", "only: [core]"), `condition "core": no component or word "core"`},
		{"foreign: file that is not there", swap(t, lock, "door/new.go", "door/old.go"), "files: no payload __module__/internal/door/old.go"},
		{"foreign: Go that is not formatted", swap(t, lockGo, "var bolt", "var  bolt"), lockGo + ":3: not formatted"},
		{"foreign: another module", swap(t, lockGo, "var bolt", "import _ \"example.org/pinned\"\n\nvar bolt"), "lock/component.yaml: imports example.org/pinned: what goes into other"},
		{"foreign: two owners", map[string]string{"door/_foreign/__module__/internal/door/lock.go": "package door\n"}, "lock.go writes __module__/internal/door/lock.go too"},
		{"foreign: test that is not there", swap(t, lock, "door.TestBolt", "door.TestGone"), "no test internal/door.TestGone"},
		{"foreign: template that fails", swap(t, doorGo, "{{.expr}}", "{{.nothing}}"), doorGo + ":4: "},
		{"foreign: required and a default", swap(t, lock, "required: true", "required: true, default: x"), "input key is required and has a default"},
		{"foreign: required without an example", swap(t, lock, "example: k, ", ""), "input key is required and has no example"},
		{"foreign: required in a service", swap(t, extra, "default: x", "default: x, required: true"), `unknown key "required"`},
		{"foreign: nothing of its own", swap(t, lock, "foreign:\n", "needs: [core]\nforeign:\n"), "a component of kind foreign has everything below foreign"},
		{"foreign: files that nobody renders", map[string]string{"part/_foreign/x.txt": "x"}, "part/component.yaml:1: there is a folder _foreign and no key foreign"},
		{"path into .git", map[string]string{"extra/_files/.git/config": "x"}, ".git is not ours"},
	}
	for _, tt := range tests {
		if got := findings(t, tt.change); !strings.Contains(got, tt.want) {
			t.Errorf("%s: no %q in\n%s", tt.name, tt.want, got)
		}
	}
}

// Our own generators have no findings, and their cases give what they want.
func TestGenerators(t *testing.T) {
	c, err := component.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	fsys := os.DirFS("../../../templates")
	found, err := Generators(fsys, "templates", c, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found {
		t.Error(p)
	}
	manifests, err := fs.Glob(fsys, "*/generator.yaml")
	if err != nil || len(manifests) < 4 {
		t.Errorf("only %v: were they read?", manifests)
	}
}

// Each generator here is wrong in one way.
func TestGeneratorFindings(t *testing.T) {
	c, err := component.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	good := map[string]string{
		"generator.yaml":           "name: thing\nsummary: A thing.\ninputs:\n  - {name: title, type: string, question: q, default: x}\n  - {name: name, type: name, question: q, default: x}\n",
		"_files/a.go.tmpl":         "package a\n\nconst A = {{quote .Inputs.title}}\n",
		"testdata/one/inputs.yaml": "inputs: {}\n",
		"testdata/one/want/a.go":   "package a\n\nconst A = \"x\"\n",
	}
	tests := []struct{ name, file, text, want string }{
		{"nothing", "notes", "", ""},
		{"text that reaches Go", "_files/a.go.tmpl", "package a\n\nconst A = \"{{.Inputs.title}}\"\n", "thing/_files/a.go.tmpl:3: .Inputs.title was typed by a person"},
		{"behind a function", "_files/a.go.tmpl", "package a\n\n// {{.Inputs.title | upper}}\n", "thing/_files/a.go.tmpl:3: .Inputs.title was typed"},
		{"in a loop", "_files/a.go.tmpl", "package a\n{{range list 1}}\nconst A = {{$.Inputs.title}}{{end}}\n", "thing/_files/a.go.tmpl:3: $.Inputs.title was typed"},
		{"in an argument", "_files/a.go.tmpl", "package a\n\nconst A = {{printf \"%s\" .Inputs.title}}\n", "was typed by a person"},
		{"the contact", "_files/a.go.tmpl", "package a\n\nconst A = {{.Contact}}\n", ".Contact was typed by a person"},
		{"quoted in an argument", "_files/a.go.tmpl", "package a\n\nconst A = {{printf \"%s\" (quote .Inputs.title)}}\n", ""},
		{"compared", "_files/a.go.tmpl", "package a\n\nconst A = {{eq .Inputs.title \"a\" | not}}{{if .Inputs.title}}{{end}}\n", "testdata/one/want/a.go: differs"},
		{"a name, which is safe", "_files/a.go.tmpl", "package a\n\nconst A = \"{{.Inputs.name}}\"\n", ""},
		{"text that does not reach Go", "_files/a.txt.tmpl", "{{.Inputs.title}}\n", "testdata/one/want/a.txt: is written but not wanted"},
		{"a template that does not parse", "_files/b.tmpl", "\n{{", "thing/_files/b.tmpl:2: "},
		{"Go that is not formatted", "_files/b.go", "package b\nvar  x int\n", "thing/_files/b.go:2: not formatted"},
		{"imports that a rename unsorts", "_files/b.go", "package b\n\nimport (\n\t\"example.com/app/x\"\n\t\"fmt\"\n)\n", "thing/_files/b.go:5: import fmt"},
		{"a line end", "_files/b.txt", "a\r\n", "thing/_files/b.txt:1: a line ends in CR LF"},
		{"a placeholder", "_files/__x__.txt", "", `thing/_files/__x__.txt: no input or sequence "x"`},
		{"a file that is not ours", "_files/go.mod", "", "go.mod is written by hardwright"},
		{"no case", "testdata/one/inputs.yaml", "-", "thing/generator.yaml:1: no case"},
		{"an unknown word", "generator.yaml", "name: thing\nsummary: A thing.\nrequires:\n  - {name: nothing, reason: r}\nfiles:\n  - {path: a.go, only: [nowhere, nobody.x=1, session.cookie=]}\n", `thing/generator.yaml:6: condition "nowhere": no component or word "nowhere"`},
		{"an unknown requirement", "generator.yaml", "name: thing\nsummary: A thing.\nrequires:\n  - {name: nothing, reason: r}\n", `thing/generator.yaml:4: no component or word "nothing"`},
		{"a text that does not parse", "generator.yaml", "name: thing\nsummary: A thing.\ninsertions:\n  - {into: x, anchor: {block: b}, text: '{{'}\n", "thing/generator.yaml:4: "},
		{"a manifest that is broken", "generator.yaml", "name: thing\n", "thing/generator.yaml:1: summary is missing"},
	}
	for _, tt := range tests {
		fsys := fstest.MapFS{"other/component.yaml": {}}
		for p, text := range good {
			fsys["thing/"+p] = &fstest.MapFile{Data: []byte(text)}
		}
		fsys["thing/"+tt.file] = &fstest.MapFile{Data: []byte(tt.text)}
		if tt.text == "-" {
			delete(fsys, "thing/"+tt.file)
			delete(fsys, "thing/testdata/one/want/a.go")
		}
		found, err := Generators(fsys, "", c, true)
		if err != nil {
			t.Fatal(err)
		}
		got := found.Error()
		if tt.want == "" && strings.Contains(got, "typed by a person") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: no %q in\n%s", tt.name, tt.want, got)
		}
	}
}
