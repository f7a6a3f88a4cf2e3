package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/templates"
)

// run is the program without a terminal, in an empty folder.
func run(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Chdir(t.TempDir())
	dir := t.TempDir()
	files := map[string]*os.File{}
	for _, name := range []string{"in", "out", "err"} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[name] = f
	}
	if _, err := files["in"].WriteString(stdin); err != nil {
		t.Fatal(err)
	}
	if _, err := files["in"].Seek(0, 0); err != nil {
		t.Fatal(err)
	}
	code = Main(args, files["in"], files["out"], files["err"])
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	return code, read("out"), read("err")
}

func TestProgram(t *testing.T) {
	bare := []string{"--database", "none", "--auth", "none", "--deploy", "none", "--ci", "none", "--git=false"}
	with := func(args ...string) []string { return append(args, bare...) }
	tests := []struct {
		name           string
		stdin          string
		args           []string
		code           int
		stdout, stderr string // parts; "-" wants nothing at all
	}{
		{"help", "", nil, 0, "hardwright new", "-"},
		{"unknown command", "", []string{"frobnicate"}, 2, "-", `hardwright: unknown command "frobnicate"`},
		{"unknown flag", "", []string{"new", "--datbase", "x"}, 2, "-", "hardwright: new: unknown flag: --datbase\nhint: "},
		{"unknown flag under json", "", []string{"new", "--json", "--datbase", "x"}, 2, `{"version":1,"command":"new","errors":[{"subject":"","message":"unknown flag: --datbase"`, "-"},
		{"too many arguments", "", []string{"new", "a", "b"}, 2, "-", "hardwright: new: "},
		{"no help", "", []string{"help", "nothing"}, 2, "-", `no help for "nothing"`},
		{"exit codes", "", []string{"help", "exit-codes"}, 0, "130  interrupted", "-"},
		{"nothing names the service", "", []string{"new"}, 2, "-", "hardwright: new: --name: "},
		{"flags wrong in form and in what they say", "", []string{"new", "a", "--set", "z", "--database", "x", "--yes"}, 2, "-", "\"z\" is not component.input=value\nhint: --set session.cookie=orders\nhardwright: new: --database: unknown choice \"x\""},
		{"flags and target at once", "", []string{"new", "a\x01", "--name", "a", "--database", "x", "--yes"}, 2, "-", "control character\nhardwright: new: --database: unknown choice \"x\""},
		{"a name that runs", "", with("new", "--name", "\x1b[2J", "--yes"), 2, "-", `illegal name "\x1b[2J"`},
		{"a folder that runs", "", with("new", "a\x1b[2J", "--name", "a", "--yes"), 2, "-", `a\x1b[2J: a folder's name holds a control character`},
		{"a line break that poses as a hint", "", with("new", "a", "--contact", "x\nhint: run this", "--yes"), 2, "-", `x\nhint: run this`},
		{"answers in a file that poses as a hint", "", with("new", "a", "--answers", "x.yaml\nhint: run this", "--yes"), 2, "-", `x.yaml\nhint: run this`},
		{"an empty flag", "", with("new", "a", "--module", "", "--yes"), 2, "-", "--module: no value"},
		{"unknown preset", "", with("new", "a", "--preset", "minimum", "--yes"), 2, "-", `unknown preset "minimum"` + "\nhint: --preset minimal"},
		{"no such answers", "", with("new", "a", "--answers", "gone.yaml", "--yes"), 2, "-", `read "gone.yaml": no such file`},
		{"answers that are huge", strings.Repeat("#", maxAnswers+1), with("new", "a", "--answers", "-", "--yes"), 2, "-", "not an answers file"},
		{"answers on standard input", "version: 1\nname: ledger\n", with("new", "--answers", "-", "--yes"), 0, "-", "files in ledger"},
		{"dry run", "", with("new", "a", "--dry-run", "--yes"), 0, "create   go.mod\n", "-"},
		{"quiet", "", with("new", "a", "--quiet", "--yes"), 0, "-", "-"},
		{"json", "", with("new", "a", "--json"), 0, `"written":true`, "-"},
		{"explain nothing", "", []string{"explain", "nothing"}, 2, "-", `no component, control or generator "nothing"`},
		{"explain a near miss", "", []string{"explain", "sesion"}, 2, "-", "hint: hardwright explain session"},
		{"lint a folder that is not there", "", []string{"lint", "gone"}, 2, "-", "gone: not a folder"},
	}
	for _, tt := range tests {
		code, stdout, stderr := run(t, tt.stdin, tt.args...)
		if code != tt.code {
			t.Errorf("%s: exit %d, want %d\n%s%s", tt.name, code, tt.code, stdout, stderr)
		}
		for _, s := range []struct{ stream, got, want string }{{"stdout", stdout, tt.stdout}, {"stderr", stderr, tt.stderr}} {
			if s.want == "-" && s.got != "" || s.want != "-" && !strings.Contains(s.got, s.want) {
				t.Errorf("%s: %s is\n%s\nwant %q", tt.name, s.stream, s.got, s.want)
			}
			if strings.ContainsAny(s.got, "\x1b\r\a") {
				t.Errorf("%s: control characters come back on %s", tt.name, s.stream)
			}
		}
		if code == exitUsage {
			if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
				t.Errorf("%s: left %v %v", tt.name, left, err)
			}
		}
	}
}

// Nothing is offered before it works.
func TestPresetsAreLegal(t *testing.T) {
	c, err := component.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	names := presetNames()
	if len(names) != 4 {
		t.Errorf("presets %v, want 4", names)
	}
	for _, name := range names {
		s, err := readPreset(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := c.Resolve(spec.Spec{Name: "orders", Module: "example.com/orders"}.Over(s)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaIsJSONAndKnowsEveryKey(t *testing.T) {
	code, stdout, _ := run(t, "", "schema")
	var doc struct {
		Properties map[string]any
	}
	if err := json.Unmarshal([]byte(stdout), &doc); err != nil || code != 0 {
		t.Fatalf("exit %d: %v", code, err)
	}
	full := spec.Spec{Name: "a", Module: "b", Database: "c", Auth: "d", Deploy: []string{}, CI: "e", Contact: "f", With: []string{"g"}, Without: []string{"h"}}
	full.SetInput("i", "j", "k")
	n := 0
	for line := range strings.Lines(string(full.YAML())) {
		if key, _, ok := strings.Cut(line, ":"); ok && line[0] != ' ' && line[0] != '#' {
			n++
			if doc.Properties[key] == nil {
				t.Errorf("the schema does not know %s", key)
			}
		}
	}
	if n != len(doc.Properties) {
		t.Errorf("%d keys are written, %d described", n, len(doc.Properties))
	}
}
