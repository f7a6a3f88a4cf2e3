package generate

import (
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/templates"
)

func catalog(t *testing.T) *component.Catalog {
	t.Helper()
	c, err := component.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The example that `generator new` writes works, whatever it is called.
func TestExample(t *testing.T) {
	for _, name := range []string{"greeting", "team-report", "a1"} {
		files, problems := Example(name)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		g, err := Load(files.FS(), ".hardwright/generators/"+name)
		if err != nil {
			t.Fatal(err)
		}
		cases, problems := g.Cases()
		if len(cases) != 1 || len(problems) > 0 {
			t.Fatalf("%d cases, %v", len(cases), problems)
		}
		if p := g.JudgeCase(cases[0], catalog(t)); len(p) > 0 {
			t.Error(p)
		}
	}
	for _, name := range []string{"", "A", "a_b", "../a", "a/b", "-a", strings.Repeat("a", 41)} {
		_, problems := Example(name)
		wants(t, name, problems.Err(), "is not a name")
	}
}

// A case that gives anything else than it wants is told, file by file.
func TestJudgeCase(t *testing.T) {
	files, _ := Example("thing")
	tests := []struct {
		name   string
		change func()
		want   string
	}{
		{"another byte", func() { put(files, "want/internal/newworld/newworld.go", "package newworld\n") }, "gen/thing/testdata/new-world/want/internal/newworld/newworld.go: differs:\n--- a/internal/newworld/newworld.go"},
		{"a file too many", func() { put(files, "want/x", "") }, "want/x: is wanted but not written"},
		{"a file too few", func() { delete(files, "testdata/new-world/want/internal/newworld/newworld.go") }, "newworld.go: is written but not wanted"},
		{"no place for an insertion", func() { put(files, "have/internal/app/app.go", "package app\n") }, "no functions New"},
		{"a file in the way", func() { put(files, "have/internal/newworld/newworld.go", "package newworld\n") }, "internal/newworld already exists"},
		{"a refusal that is not wanted", func() { put(files, "inputs.yaml", "inputs: {name: New}\n") }, `"New" is not a name`},
		{"no refusal", func() { put(files, "inputs.yaml", "inputs: {name: new-world}\nrefuses: is not a name\n") }, "is accepted"},
		{"another refusal", func() { put(files, "inputs.yaml", "inputs: {name: New}\nrefuses: too long\n") }, `want "too long"`},
		{"an illegal service", func() { put(files, "inputs.yaml", "service: {auth: session}\ninputs: {name: a}\n") }, "session needs a database"},
	}
	for _, tt := range tests {
		files, _ = Example("thing")
		tt.change()
		g, err := Load(files.FS(), "gen/thing")
		if err != nil {
			t.Fatal(err)
		}
		cases, problems := g.Cases()
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		wants(t, tt.name, g.JudgeCase(cases[0], catalog(t)).Err(), tt.want)
	}
	files, _ = Example("thing")
	put(files, "inputs.yaml", "inputs: {name: New}\nrefuses: is not a name\n")
	g, _ := Load(files.FS(), "gen/thing")
	cases, _ := g.Cases()
	if p := g.JudgeCase(cases[0], catalog(t)); len(p) > 0 {
		t.Errorf("a refusal that is wanted: %v", p)
	}
}

func TestCasesRefused(t *testing.T) {
	base := "-- generator.yaml --\nname: thing\nsummary: A thing.\n"
	for name, tt := range map[string]struct{ files, want string }{
		"a file beside the cases": {"-- testdata/a --\n", "gen/thing/testdata/a: expected one folder per case"},
		"no inputs":               {"-- testdata/a/want/x --\n", "gen/thing/testdata/a: no inputs.yaml"},
		"a folder too many":       {"-- testdata/a/inputs.yaml --\ninputs: {}\n-- testdata/a/wants/x --\n", "testdata/a/wants/x: want inputs.yaml, have/ and want/"},
		"an unknown key":          {"-- testdata/a/inputs.yaml --\ninput: {}\n", `testdata/a/inputs.yaml:1: unknown key "input"`},
		"an unknown key of it":    {"-- testdata/a/inputs.yaml --\n\nservice: {db: x}\n", `testdata/a/inputs.yaml:2: service: unknown key "db"`},
	} {
		_, problems := load(t, base+tt.files).Cases()
		wants(t, name, problems.Err(), tt.want)
	}
}
