package generate

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestManifestRefused(t *testing.T) {
	name := "name: thing\nsummary: A thing.\n"
	tests := []struct{ name, manifest, want string }{
		{"not YAML", "name: [", "gen/thing/generator.yaml:"},
		{"empty", "", "gen/thing/generator.yaml:1: want `key: value` lines"},
		{"another name", "name: other\nsummary: x\n", `:1: name is "other", and the folder is "thing"`},
		{"no summary", "name: thing\n", "summary is missing"},
		{"an unknown key", name + "hooks: [make]\n", `:3: unknown key "hooks"`},
		{"an input without a question", name + "inputs:\n  - {name: a, type: int, required: true}\n", ":4: input a has no question"},
		{"neither required nor a default", name + "inputs:\n  - {name: a, type: int, question: q}\n", "either required: true or a default"},
		{"both", name + "inputs:\n  - {name: a, type: int, question: q, required: true, default: 1}\n", "either required: true or a default"},
		{"an unknown type", name + "inputs:\n  - {name: a, type: float, question: q, default: 1}\n", `type "float" is not one of`},
		{"a default that is refused", name + "inputs:\n  - {name: a, type: int, question: q, default: x}\n", "its own default is refused"},
		{"two arguments", name + "inputs:\n  - {name: a, type: name, argument: true, question: q, required: true}\n  - {name: b, type: name, argument: true, question: q, required: true}\n", "only one input can be the argument"},
		{"two names", name + "inputs:\n  - {name: a, type: int, question: q, default: 1}\n  - {name: a, type: int, question: q, default: 1}\n", `the name "a" is taken`},
		{"a sequence with an input's name", name + "inputs:\n  - {name: a, type: int, question: q, default: 1}\nsequences:\n  - {name: a, folder: b}\n", `:6: the name "a" is taken`},
		{"the service's name", name + "inputs:\n  - {name: database, type: int, question: q, default: 1}\n", "is the service's"},
		{"fields without types", name + "inputs:\n  - {name: a, type: fields, question: q, required: true}\n", "types belong to fields"},
		{"an unknown kind", name + "inputs:\n  - {name: a, type: fields, question: q, required: true, types: {b: {rules: [c=d]}}}\n", `"d" is not a kind of argument`},
		{"a condition on no input", name + "files:\n  - {path: a, only: [b=c]}\n", `condition "b=c": no input "b"`},
		{"a condition that never holds", name + "inputs:\n  - {name: a, type: bool, question: q, default: true}\nfiles:\n  - {path: x, only: [a=1]}\n", `condition "a=1" never holds`},
		{"a condition on a type that is none", name + "inputs:\n  - {name: a, type: fields, question: q, default: '', types: {b: }}\nfiles:\n  - {path: x, only: [a=c]}\n", `no type or rule "c"`},
		{"a bare !", name + "files:\n  - {path: a, only: [!b]}\n", "in quotes"},
		{"a file without a condition", name + "files:\n  - {path: x}\n", "need not be named"},
		{"a payload that is not there", name + "files:\n  - {path: y, only: [sql]}\nseeded: [z]\n", "files: no payload y"},
		{"a path out of the payload", name + "seeded: [../x]\n", `"../x" is not a path below _files`},
		{"a reason is missing", name + "requires:\n  - {name: sql}\n", "a reason is missing"},
		{"text without an anchor", name + "insertions:\n  - {into: a.go, text: b}\n", ":4: insertion into a.go: text without an anchor"},
		{"an anchor without text", name + "insertions:\n  - {into: a.go, anchor: {go: end}}\n", "an anchor without text"},
		{"two anchors", name + "insertions:\n  - {into: a.go, anchor: {go: end, block: b}, text: c}\n", "an anchor is one of"},
		{"Go in text", name + "insertions:\n  - {into: a.txt, anchor: {go: end}, text: c}\n", "are for Go files"},
		{"an unknown verb", name + "insertions:\n  - {into: a.go, anchor: {go: after x}, text: c}\n", "begins with none of"},
		{"a name that is none", name + "insertions:\n  - {into: a.go, anchor: {go: return a b}, text: c}\n", `"a b" is not a valid name`},
		{"a pattern that does not parse", name + "insertions:\n  - {into: a, anchor: {line: '('}, text: c}\n", "does not parse"},
		{"a place that is none", name + "insertions:\n  - {into: a, anchor: {line: b, place: under}, text: c}\n", "neither before nor after"},
	}
	for _, tt := range tests {
		_, err := Load(folder("-- generator.yaml --\n"+tt.manifest+"\n-- _files/x --\n"), "gen/thing")
		wants(t, tt.name, err, tt.want)
	}
	_, err := Load(folder("-- generator.yaml --\nhooks: 1\ninputs:\n  - {name: A}\nfiles:\n  - {path: y}\n"), "gen/thing")
	wants(t, "all at once", err, ":1: unknown key", ":3: ", ":5: ", "summary is missing", "no payload y")
}

func TestLoadRefused(t *testing.T) {
	ok := "-- generator.yaml --\nname: thing\nsummary: A thing.\n-- _files/a.txt --\na\n"
	if _, err := Load(fstest.MapFS{"other": {}}, "gen/thing"); !errors.Is(err, ErrNone) {
		t.Errorf("no manifest: %v", err)
	}
	tests := []struct {
		name   string
		change func(fstest.MapFS)
		want   string
	}{
		{"a link", func(f fstest.MapFS) {
			f["_files/b"] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("/etc/passwd")}
		}, "gen/thing/_files/b: not a regular file"},
		{"a pipe", func(f fstest.MapFS) { f["_files/b"] = &fstest.MapFile{Mode: fs.ModeNamedPipe} }, "not a regular file"},
		{"a manifest that is a folder", func(f fstest.MapFS) { delete(f, File); f[File+"/x"] = &fstest.MapFile{} }, "not a regular file"},
		{"a large file", func(f fstest.MapFS) { f["_files/b"] = &fstest.MapFile{Data: make([]byte, maxFile+1)} }, "more than 1048576 bytes"},
		{"large in all", func(f fstest.MapFS) {
			for i := range 9 {
				f["_files/"+strings.Repeat("b", i+1)] = &fstest.MapFile{Data: make([]byte, maxFile)}
			}
		}, "more than 8388608 bytes"},
		{"many files", func(f fstest.MapFS) {
			for i := range maxFiles {
				f["_files/b"+strings.Repeat("c", i)] = &fstest.MapFile{}
			}
		}, "more than 1000 files"},
	}
	for _, tt := range tests {
		f := folder(ok)
		tt.change(f)
		_, err := Load(f, "gen/thing")
		wants(t, tt.name, err, tt.want)
	}
	f := folder(ok)
	f["notes/big"] = &fstest.MapFile{Data: make([]byte, maxFile+1)}
	if _, err := Load(f, "gen/thing"); err != nil {
		t.Errorf("a person's own files: %v", err)
	}
}

// The digest is of what rendering reads, however lines end.
func TestDigest(t *testing.T) {
	text := "-- generator.yaml --\nname: thing\nsummary: A thing.\n-- _files/a.txt --\na\n"
	was := load(t, text).Digest()
	for name, tt := range map[string]struct {
		text string
		same bool
	}{
		"tests and prose": {text + "-- testdata/a/inputs.yaml --\nx: 1\n-- README.md --\nx\n", true},
		"CRLF":            {strings.ReplaceAll(text, "a\n", "a\r\n"), true},
		"payload":         {text + "b\n", false},
		"another file":    {text + "-- _files/b --\n", false},
		"manifest":        {strings.Replace(text, "A thing", "The thing", 1), false},
	} {
		if got := load(t, tt.text).Digest(); (got == was) != tt.same {
			t.Errorf("%s: same %v, want %v", name, got == was, tt.same)
		}
	}
}

func TestRender(t *testing.T) {
	g := load(t, `-- generator.yaml --
name: thing
summary: A thing.
requires:
  - {name: sql, reason: it needs a database, hint: --database sqlite}
conflicts:
  - {name: jwt, reason: it cannot be}
inputs:
  - {name: name, type: name, argument: true, required: true, question: Which}
  - {name: public, type: bool, question: q, default: false}
  - {name: title, type: string, question: q, default: "{{.Name}} of {{.Module}}"}
sequences:
  - {name: number, folder: "db/{{.Database}}", from: 7, digits: 3}
data: {kinds: {a: [1, two]}}
let:
  - {name: first, value: "{{.Inputs.name | flatcase}}"}
  - {name: second, value: "{{.Let.first}}-{{.Sequences.number}}"}
files:
  - {path: open, only: [public=true]}
  - {path: shut.txt, only: ["!public=true", sqlite]}
  - {path: never, only: [postgres]}
executable: [tool]
seeded: [shut.txt]
insertions:
  - {into: cmd/__service__/main.go, anchor: {go: "body {{.Inputs.name}}"}, text: "\n\n\t\ta({{quote .Inputs.title}})\n\n\t\t\tb()\n", imports: [example.com/app/x, "y example.com/apple/y"]}
  - {into: none, anchor: {block: x}, text: "{{if .Inputs.public}}x{{end}}"}
  - {into: never, anchor: {block: x}, text: x, only: [postgres]}
-- _files/__database__/__name.plural.pascal__/__number__.go.tmpl --
package x
import ("example.com/app/internal/x"
"github.com/a/b")
var _, _ = x.A, b.B
-- _files/__second__ --
-- _files/plain.go --
package x
import "example.com/app"
-- _files/open/x.txt --
-- _files/shut.txt.tmpl --
{{.Sequences.number}} {{.Data.kinds.a}} {{.Has "sql"}} {{.Auth}} {{.Inputs.name | pascalcase}} {{.Let.second}}
-- _files/never --
-- _files/tool --
-- _files/run.sh --
`)
	out, err := g.Render(service("sql", "sqlite"), map[string]string{"name": "line-item"}, map[string]string{"number": "012"})
	if err != nil {
		t.Fatal(err)
	}
	if got := paths(out); got != "lineitem-012 plain.go run.sh shut.txt sqlite/LineItems/012.go tool" {
		t.Error(got)
	}
	for p, want := range map[string]string{
		"sqlite/LineItems/012.go": "package x\n\nimport (\n\t\"corp.example/orders/internal/x\"\n\t\"github.com/a/b\"\n)\n\nvar _, _ = x.A, b.B\n",
		"plain.go":                "package x\nimport \"corp.example/orders\"\n",
		"shut.txt":                "012 [1 two] true session LineItem lineitem-012\n",
	} {
		if got := string(out.Files[p].Data); got != want {
			t.Errorf("%s:\n%s", p, got)
		}
	}
	if out.Files["tool"].Mode != 0o755 || out.Files["run.sh"].Mode != 0o755 || out.Files["shut.txt"].Mode != 0o644 || out.Files["shut.txt"].Class != "seeded" || out.Files["tool"].Class != "managed" {
		t.Errorf("%+v", out.Files)
	}
	if len(out.Insertions) != 1 {
		t.Fatalf("%+v", out.Insertions)
	}
	i := out.Insertions[0]
	if i.Into != "cmd/orders/main.go" || i.Anchor.Go != "body line-item" || i.Text != "a(\"orders of corp.example/orders\")\n\n\tb()\n" || strings.Join(i.Imports, ",") != "corp.example/orders/x,y example.com/apple/y" {
		t.Errorf("%+v", i)
	}
	if got := strings.Join(out.Imports, " "); got != "example.com/apple/y github.com/a/b" {
		t.Error(got)
	}
	_, err = g.Render(service("jwt"), map[string]string{"name": "a"}, nil)
	wants(t, "the wrong service", err, "thing: it needs a database", "hint: --database sqlite", "thing: it cannot be")
	_, err = g.Render(service("sql"), map[string]string{"public": "maybe", "x": "y"}, nil)
	wants(t, "all inputs at once", err, `thing has no input "x"`, "thing: missing NAME: which", "public: ")
}

func TestRenderRefused(t *testing.T) {
	tests := []struct{ name, files, want string }{
		{"a template that does not parse", "-- _files/a.tmpl --\n\n{{", "gen/thing/_files/a.tmpl:2: "},
		{"a key that is not there", "-- _files/a.tmpl --\n{{.Inputs.nam}}", `gen/thing/_files/a.tmpl:1: `},
		{"Go that does not parse", "-- _files/a.go.tmpl --\npackage {{.Inputs.name}}(", "renders to Go that does not parse"},
		{"the environment", "-- _files/a.tmpl --\n{{env \"HOME\"}}", `function "env" not defined`},
		{"the network", "-- _files/a.tmpl --\n{{getHostByName \"example.com\"}}", "not defined"},
		{"go.mod", "-- _files/go.mod --\n", "go.mod is written by hardwright"},
		{"a go.mod below", "-- _files/a/go.mod --\n", "go.mod is written by hardwright"},
		{"the lock", "-- _files/hardwright.lock --\n", "is written by hardwright"},
		{"another generator", "-- _files/.hardwright/generators/x/generator.yaml --\n", "is written by hardwright"},
		{"git", "-- _files/.git/config --\n", ".git is not ours"},
		{"git in capitals", "-- _files/.GIT/config --\n", ".git is not ours"},
		{"a device", "-- _files/aux.txt --\n", "illegal path"},
		{"case", "-- _files/a.txt --\n-- _files/A.txt --\n", "on systems that ignore case"},
		{"a file that is a folder", "-- _files/x --\n-- _files/__name__/y --\n", "is a file and the folder of"},
		{"two of one name", "-- _files/x --\n-- _files/__name__ --\n", "another payload writes x too"},
		{"no such input", "-- _files/__nam__ --\n", `no input or sequence "nam"`},
		{"no such form", "-- _files/__name.upper__ --\n", `no form "upper"`},
		{"a path out of the project", "-- _files/__title__ --\n", "which is not a file name"},
		{"a test by name", "-- _files/a___word__.go --\npackage a\n", "has a special meaning for the go command"},
		{"its own refusal", "-- _files/a.tmpl --\n{{fail \"not this one\" \"another\"}}", "not this one\nhint: another"},
		{"a loop without end", "-- _files/a.tmpl --\n{{range 1000000000000}}{{end}}", "more work"},
		{"huge output", "-- _files/a.tmpl --\n{{range 1000}}{{repeat 60000 \"a\"}}{{end}}", "writes more than"},
	}
	for _, tt := range tests {
		g := load(t, `-- generator.yaml --
name: thing
summary: A thing.
inputs:
  - {name: name, type: name, argument: true, required: true, question: Which}
  - {name: title, type: string, question: q, default: ../../etc}
  - {name: word, type: name, question: q, default: test}
`+tt.files)
		_, err := g.Render(service(), map[string]string{"name": "x"}, nil)
		wants(t, tt.name, err, tt.want)
	}
}

// Many files that are small each are still bounded together.
func TestOutputIsBounded(t *testing.T) {
	text := "-- generator.yaml --\nname: thing\nsummary: A thing.\n"
	for i := range 6 {
		text += "-- _files/a" + strings.Repeat("b", i) + ".tmpl --\n{{range 60}}{{repeat 60000 \"a\"}}{{end}}\n"
	}
	_, err := load(t, text).Render(service(), nil, nil)
	wants(t, "all files", err, "gen/thing: writes more than 16777216 bytes")
}
