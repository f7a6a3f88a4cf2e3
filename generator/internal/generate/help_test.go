package generate

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// folder makes a generator's folder of a text archive: lines "-- path --", then the file.
func folder(text string) fstest.MapFS {
	out := fstest.MapFS{}
	name := ""
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(line, " --\n") {
			name = strings.TrimSuffix(rest, " --\n")
			out[name] = &fstest.MapFile{Mode: 0o644}
			continue
		}
		if name != "" {
			out[name].Data = append(out[name].Data, line...)
		}
	}
	return out
}

func load(t *testing.T, text string) *Generator {
	t.Helper()
	g, err := Load(folder(text), "gen/thing")
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// service is a selection with the given words.
func service(words ...string) *component.Selection {
	c := &component.Catalog{}
	return c.Plain(spec.Spec{Name: "orders", Module: "corp.example/orders", Database: "sqlite", Auth: "session"}, words)
}

// repo is a repository in memory.
type repo = memory

func files(pairs ...string) repo {
	r := repo{}
	for i := 0; i < len(pairs); i += 2 {
		r[pairs[i]] = tree.File{Data: []byte(pairs[i+1]), Mode: 0o644}
	}
	return r
}

// world is a repository with its lock.
type world struct {
	t    *testing.T
	repo repo
	lock lock.Lock
}

// run plans, applies what is planned, and returns it as "kind path" words.
func (w *world) run(g *Generator, inputs ...string) (*plan.Plan, string) {
	w.t.Helper()
	p, err := w.try(g, inputs...)
	if err != nil {
		w.t.Fatal(err)
	}
	return p, steps(p)
}

func (w *world) try(g *Generator, inputs ...string) (*plan.Plan, error) {
	given, problems := g.Words(inputs)
	if len(problems) > 0 {
		return nil, problems
	}
	r, err := g.Run(w.repo, Use{Selection: service("sqlite", "sql"), Lock: w.lock, Source: "local", Inputs: given})
	if err != nil {
		return nil, err
	}
	if len(r.Plan.Conflicts()) == 0 {
		w.repo = maps.Clone(w.repo)
		for _, s := range r.Plan.Steps {
			if s.New == nil {
				delete(w.repo, s.Path)
			} else {
				w.repo[s.Path] = tree.File{Data: s.New, Mode: s.Mode}
			}
		}
		l, err := lock.Parse(r.Lock.YAML())
		if err != nil {
			w.t.Fatal(err)
		}
		w.lock = l
	}
	return r.Plan, nil
}

func steps(p *plan.Plan) string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, string(s.Kind)+" "+s.Path)
	}
	return strings.Join(out, ", ")
}

// wants fails unless err is problems, and each of the parts stands in them.
func wants(t *testing.T, name string, err error, parts ...string) {
	t.Helper()
	var list problem.List
	if !errors.As(err, &list) {
		t.Errorf("%s: %v, want problems", name, err)
		return
	}
	for _, p := range parts {
		if !strings.Contains(list.Error(), p) {
			t.Errorf("%s: no %q in\n%v", name, p, list)
		}
	}
}

func paths(o *Output) string {
	return strings.Join(slices.Sorted(maps.Keys(o.Files)), " ")
}

// put writes a file of the example's case.
func put(files tree.Tree, p, text string) {
	files["testdata/new-world/"+p] = tree.File{Data: []byte(text), Mode: 0o644}
}
