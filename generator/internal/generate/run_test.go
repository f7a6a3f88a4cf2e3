package generate

import (
	"errors"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

const runManifest = `-- generator.yaml --
name: thing
summary: A thing.
inputs:
  - {name: name, type: name, argument: true, required: true, question: Which}
  - {name: a, type: string, question: q, default: one}
  - {name: extra, type: bool, question: q, default: false}
sequences:
  - {name: number, folder: "db/{{.Database}}", from: 10, digits: 3}
files:
  - {path: extra, only: [extra=true]}
seeded: [__name__.md]
insertions:
  - into: own.go
    anchor: {go: return own}
    text: '{ {{quote .Inputs.a}}, {{quote .Inputs.name}} },'
  - into: list
    anchor: {block: things}
    text: '{{.Inputs.name}}{{if .Inputs.extra}} extra{{end}}'
-- _files/__name__.txt.tmpl --
head
{{.Inputs.a}}
1
2
3
tail
-- _files/__name__.md.tmpl --
{{.Inputs.a}}
-- _files/db/__database__/__number_____name.snake__.sql.tmpl --
-- {{.Sequences.number}}
-- _files/extra/__name__.txt --
extra
`

const own = "package a\n\nfunc own() []T {\n\treturn []T{}\n}\n"

func start(t *testing.T) (*world, *Generator) {
	return &world{t: t, repo: files("own.go", own, "list", "# hardwright:begin things\n# hardwright:end things\n", "db/sqlite/00001_a.sql", "", "db/sqlite/x.sql", "", "db/sqlite/sub/999_x.sql", "")}, load(t, runManifest)
}

func TestRunTwice(t *testing.T) {
	w, g := start(t)
	_, got := w.run(g, "x-y")
	if got != "create db/sqlite/010_x_y.sql, modify list, modify own.go, create x-y.md, create x-y.txt" {
		t.Error(got)
	}
	if text := string(w.repo["own.go"].Data); !strings.Contains(text, "\t\t{\"one\", \"x-y\"},\n") {
		t.Error(text)
	}
	was := string(w.lock.YAML())
	if p, got := w.run(g, "x-y"); got != "" || len(p.Notes) > 0 || string(w.lock.YAML()) != was {
		t.Errorf("again: %s %v", got, p.Notes)
	}
	if _, got := w.run(g, "z"); got != "create db/sqlite/011_z.sql, modify list, modify own.go, create z.md, create z.txt" {
		t.Error(got)
	}
	if _, got := w.run(g, "x-y", "a=one"); got != "" {
		t.Errorf("the default, said aloud: %s", got)
	}
}

func TestRunWithOtherInputs(t *testing.T) {
	w, g := start(t)
	w.run(g, "x")
	w.run(g, "z")
	w.repo["x.txt"] = tree.File{Data: []byte("head\none\n1\n2\n3\ntail\nmine\n"), Mode: 0o600}
	if _, got := w.run(g, "x", "a=two", "extra=true"); got != "create extra/x.txt, modify list, modify own.go, modify x.md, modify x.txt" {
		t.Error(got)
	}
	if f := w.repo["x.txt"]; string(f.Data) != "head\ntwo\n1\n2\n3\ntail\nmine\n" || f.Mode != 0o600 {
		t.Errorf("%o\n%s", f.Mode, f.Data)
	}
	if text := string(w.repo["own.go"].Data); strings.Contains(text, `{"one", "x"}`) || strings.Index(text, `{"two", "x"}`) > strings.Index(text, `{"one", "z"}`) {
		t.Errorf("not replaced where it stands:\n%s", text)
	}
	if text := string(w.repo["list"].Data); text != "# hardwright:begin things\nx extra\nz\n# hardwright:end things\n" {
		t.Error(text)
	}
	if _, got := w.run(g, "x", "a=two", "extra=true"); got != "" {
		t.Errorf("again: %s", got)
	}
	w.run(g, "x", "a=two")
	if _, there := w.repo["extra/x.txt"]; there || strings.Contains(string(w.repo["list"].Data), "extra") {
		t.Error("what went with the inputs is still there")
	}
}

func TestRunRespects(t *testing.T) {
	fresh := func(change func(*world)) (*world, *Generator) {
		w, g := start(t)
		w.run(g, "x", "extra=true")
		change(w)
		return w, g
	}
	put := func(w *world, p, text string) { w.repo[p] = tree.File{Data: []byte(text), Mode: 0o644} }
	tests := []struct {
		name   string
		change func(*world)
		inputs string
		want   string
		check  func(*world, *plan.Plan) bool
	}{
		{"a deleted file stays deleted", func(w *world) { delete(w.repo, "x.txt") }, "x extra=true", "", func(_ *world, p *plan.Plan) bool { return len(p.Notes) == 1 }},
		{"also with other inputs", func(w *world) { delete(w.repo, "x.txt") }, "x extra=true a=two", "modify own.go, modify x.md", nil},
		{"a line that was taken out stays out", func(w *world) { put(w, "own.go", own) }, "x extra=true", "", nil},
		{"an edit stays", func(w *world) { put(w, "x.txt", "mine\n") }, "x extra=true", "", func(w *world, _ *plan.Plan) bool { return string(w.repo["x.txt"].Data) == "mine\n" }},
		{"a checkout with CRLF is no edit", func(w *world) { put(w, "x.txt", "head\r\none\r\n1\r\n2\r\n3\r\ntail\r\n") }, "x extra=true a=two", "modify own.go, modify x.md, modify x.txt",
			func(w *world, _ *plan.Plan) bool {
				return string(w.repo["x.txt"].Data) == "head\r\ntwo\r\n1\r\n2\r\n3\r\ntail\r\n"
			}},
		{"the same line, two ways", func(w *world) { put(w, "x.txt", "head\nmine\n1\n2\n3\ntail\n") }, "x extra=true a=two", "modify own.go, modify x.md, conflict x.txt",
			func(_ *world, p *plan.Plan) bool {
				c := p.Conflicts()[0]
				return strings.Contains(string(c.New), "<<<<<<< yours\nmine\n=======\ntwo\n>>>>>>> hardwright\n") && strings.Contains(c.Why, "line") && string(c.Old) == "head\nmine\n1\n2\n3\ntail\n"
			}},
		{"a seeded file is the user's", func(w *world) { put(w, "x.md", "mine\n") }, "x extra=true a=two", "modify own.go, modify x.txt", func(w *world, _ *plan.Plan) bool { return string(w.repo["x.md"].Data) == "mine\n" }},
		{"an edited file does not go", func(w *world) { put(w, "extra/x.txt", "mine\n") }, "x", "conflict extra/x.txt, modify list", nil},
		{"an inserted line that was edited", func(w *world) { put(w, "own.go", strings.Replace(string(w.repo["own.go"].Data), "one", "mine", 1)) }, "x extra=true a=two", "conflict own.go, modify x.md, modify x.txt",
			func(_ *world, p *plan.Plan) bool {
				return strings.Contains(p.Conflicts()[0].Why, `change it by hand to`+"\n"+`{ "two", "x" },`)
			}},
		{"a file that is in the way", func(w *world) { put(w, "y.txt", "mine\n") }, "y", "create db/sqlite/011_y.sql, modify list, modify own.go, create y.md, conflict y.txt",
			func(_ *world, p *plan.Plan) bool { return strings.Contains(p.Conflicts()[0].Why, "already exists") }},
		{"a file that says the same", func(w *world) { put(w, "y.txt", "head\none\n1\n2\n3\ntail\n") }, "y", "create db/sqlite/011_y.sql, modify list, modify own.go, create y.md", func(w *world, _ *plan.Plan) bool { return w.lock.Files["y.txt"].Owner == "thing y" }},
		{"a seeded file that is there", func(w *world) { put(w, "y.md", "mine\n") }, "y", "create db/sqlite/011_y.sql, modify list, modify own.go, create y.txt", func(w *world, _ *plan.Plan) bool { return w.lock.Files["y.md"].Owner == "" }},
		{"a file of a component", func(w *world) { w.lock.Files["y.txt"] = w.lock.Files["x.txt"] }, "y", "create db/sqlite/011_y.sql, modify list, modify own.go, create y.md, conflict y.txt",
			func(_ *world, p *plan.Plan) bool {
				return strings.Contains(p.Conflicts()[0].Why, "it belongs to thing x")
			}},
	}
	for _, tt := range tests {
		w, g := fresh(tt.change)
		p, got := w.run(g, strings.Fields(tt.inputs)...)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			continue
		}
		if tt.check != nil && !tt.check(w, p) {
			t.Errorf("%s: %+v", tt.name, p)
		}
	}
}

func TestRunMisses(t *testing.T) {
	w, g := start(t)
	delete(w.repo, "list")
	w.repo["own.go"] = tree.File{Data: []byte("package a\n")}
	_, err := w.try(g, "x")
	var misses Misses
	if !errors.As(err, &misses) || len(misses) != 2 {
		t.Fatal(err)
	}
	if m := misses[0]; m.Into != "list" || m.Why != "the file does not exist" || m.Text != "x\n" || m.Anchor.String() != "block things" {
		t.Errorf("%+v", m)
	}
	if m := misses[1]; m.Into != "own.go" || m.Why != "no functions own" || !strings.Contains(m.Text, `"one", "x"`) {
		t.Errorf("%+v", m)
	}
	if len(w.lock.Generated) != 0 {
		t.Error("a run that did not happen is recorded")
	}
}

// With another version of the generator, what is as it was written is replaced, and edits are conflicts: what they were made to is
// not known any more.
func TestRunOfAChangedGenerator(t *testing.T) {
	w, g := start(t)
	w.run(g, "x")
	w.run(g, "z")
	next := load(t, strings.ReplaceAll(runManifest, "head\n", "heading\n"))
	w.repo["z.txt"] = tree.File{Data: []byte("mine\n")}
	p, got := w.run(next, "x")
	if got != "modify x.txt" || len(p.Notes) != 1 {
		t.Errorf("%s %q", got, p.Notes)
	}
	if _, got = w.run(next, "z"); got != "conflict z.txt" {
		t.Error(got)
	}
}

func TestFresh(t *testing.T) {
	g := load(t, "-- generator.yaml --\nname: thing\nsummary: A thing.\ninputs:\n  - {name: name, type: name, argument: true, required: true, question: Which}\nfresh: [in/__name__]\n-- _files/in/__name__/a --\n")
	w := &world{t: t, repo: files("in/taken/x", "", "in/takenmore", "", "in/other/sub/y", "")}
	for _, name := range []string{"taken", "other"} {
		_, err := w.try(g, name)
		wants(t, name, err, "in/"+name+" already exists")
	}
	w.run(g, "takenm")
	w.repo["in/takenm/mine"] = tree.File{}
	w.run(g, "takenm")
}

func TestMarkers(t *testing.T) {
	w, g := start(t)
	w.repo["x.txt"] = tree.File{Data: []byte("mine\n")}
	given, _ := g.Words([]string{"x"})
	r, err := g.Run(w.repo, Use{Selection: service("sqlite"), Lock: w.lock, Source: "local", Inputs: given, Markers: true})
	if err != nil || len(r.Plan.Conflicts()) > 0 || strings.Join(r.Plan.Marked, "") != "x.txt" {
		t.Fatalf("%v %+v", err, r)
	}
	for _, s := range r.Plan.Steps {
		if s.Path == "x.txt" && !strings.HasPrefix(string(s.New), "<<<<<<< yours\nmine\n=======\nhead\n") {
			t.Errorf("%s", s.New)
		}
	}
}

// A line that goes with an input goes when the input goes, unless a person changed it.
func TestInsertionThatGoes(t *testing.T) {
	g := load(t, `-- generator.yaml --
name: thing
summary: A thing.
inputs:
  - {name: extra, type: bool, question: q, default: true}
insertions:
  - {into: own.go, anchor: {go: return own}, text: "extra,", only: [extra=true], imports: [example.com/app/extra]}
`)
	w := &world{t: t, repo: files("own.go", own)}
	w.run(g)
	if !strings.Contains(string(w.repo["own.go"].Data), "extra,") {
		t.Fatal("it is not there")
	}
	if _, got := w.run(g, "extra=false"); got != "modify own.go" || string(w.repo["own.go"].Data) != own {
		t.Errorf("%s\n%s", got, w.repo["own.go"].Data)
	}
	w.run(g)
	w.repo["own.go"] = tree.File{Data: []byte(strings.Replace(string(w.repo["own.go"].Data), "extra,", "mine,", 1))}
	p, got := w.run(g, "extra=false")
	if got != "" || len(p.Notes) != 1 || !strings.Contains(p.Notes[0], "remove by hand what is left of\nextra,") {
		t.Errorf("%s %q", got, p.Notes)
	}
}

// If what was written cannot be made again, because the service has changed since, there is nothing to merge with.
func TestRunOfAChangedService(t *testing.T) {
	w, g := start(t)
	w.run(g, "x")
	entry := w.lock.Files["x.txt"]
	entry.SHA256 = strings.Repeat("0", 64)
	w.lock.Files["x.txt"] = entry
	p, got := w.run(g, "x", "a=two")
	if got != "modify own.go, modify x.md, conflict x.txt" {
		t.Error(got)
	}
	if c := p.Conflicts(); len(c) != 1 || !strings.Contains(c[0].Why, "has changed since then") {
		t.Errorf("%+v", c)
	}
}

// A line that two runs brought stays as long as one of them needs it.
func TestInsertionOfTwoRuns(t *testing.T) {
	g := load(t, `-- generator.yaml --
name: thing
summary: A thing.
inputs:
  - {name: name, type: name, argument: true, required: true, question: q}
  - {name: word, type: name, question: q, default: common}
  - {name: extra, type: bool, question: q, default: true}
insertions:
  - {into: own.go, anchor: {go: return own}, text: "{{.Inputs.word}},"}
  - {into: own.go, anchor: {go: return own}, text: "extra,", only: [extra=true]}
`)
	w := &world{t: t, repo: files("own.go", own)}
	w.run(g, "a")
	w.run(g, "b")
	want := func(when string, words ...string) {
		t.Helper()
		text := string(w.repo["own.go"].Data)
		if strings.Count(text, ",\n") != len(words) {
			t.Errorf("%s: want %v\n%s", when, words, text)
		}
		for _, word := range words {
			if strings.Count(text, "\t"+word+",\n") != 1 {
				t.Errorf("%s: no %s, or too many\n%s", when, word, text)
			}
		}
	}
	want("at first", "common", "extra")
	w.run(g, "a", "word=other", "extra=false")
	want("one has changed", "common", "extra", "other")
	w.run(g, "b", "word=third", "extra=false")
	want("both have changed", "other", "third")
}
