package generator

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/generate"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// ground is a repository in memory that can be walked.
type ground struct{ folder }

func (g ground) Files(match func(string, fs.DirEntry) bool) (tree.Tree, []string, error) {
	out := tree.Tree{}
	err := fs.WalkDir(tree.Tree(g.folder).FS(), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil, p == ".":
			return err
		case d.IsDir() && !match(p, d):
			return fs.SkipDir
		case !d.IsDir() && match(p, d):
			out[p] = g.folder[p]
		}
		return nil
	})
	return out, nil, err
}

// generators are those of ours, read once.
func generatorsOfOurs(t *testing.T, g *Generator) map[string]*generate.Generator {
	t.Helper()
	offers, err := g.Offers(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*generate.Generator{}
	for _, o := range offers {
		gen, err := o.Load()
		if err != nil {
			t.Fatal(err)
		}
		out[o.Name] = gen
	}
	if len(out) < 5 {
		t.Fatalf("only %v", slices.Sorted(maps.Keys(out)))
	}
	return out
}

type runner struct {
	*bench
	ours map[string]*generate.Generator
}

// plan plans one run.
func (r *runner) plan(f folder, words ...string) (*plan.Plan, error) {
	gen := r.ours[words[0]]
	inputs, problems := gen.Words(words[1:])
	if len(problems) > 0 {
		return nil, problems
	}
	s, err := r.Service(ground{f})
	if err != nil {
		return nil, err
	}
	return r.Generate(ground{f}, s, gen, Offer{Name: words[0], Source: BuiltIn}, inputs, Use{})
}

// generate carries out a run that must not be in conflict.
func (r *runner) generate(f folder, words ...string) folder {
	r.Helper()
	p, err := r.plan(f, words...)
	if err != nil {
		r.Fatalf("%v: %v", words, err)
	}
	return f.after(r.T, p)
}

// runs are random runs that a service takes, each with other inputs of the same run.
func (r *runner) runs(f folder) (out [][2][]string) {
	s, err := r.Service(ground{f})
	if err != nil {
		r.Fatal(err)
	}
	fields := func() []string {
		all := []string{"number:string:max=20", "total:decimal", "paid:bool", "due:date:optional", "state:enum=draft,sent:default=draft", "note:text:optional", "count:int:min=1:max=9", "link:url", "email:email"}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		return all[:1+r.IntN(5)]
	}
	policy := "anyone"
	if s.Selection.Has("actor") {
		policy = "signed-in"
	}
	for _, name := range []string{"first", "second-one", "third"} {
		switch r.IntN(5) {
		case 0:
			out = append(out, [2][]string{{"endpoint", name, "policy=" + policy}, {"endpoint", name, "policy=anyone", "path=/other/" + name}})
		case 1:
			out = append(out, [2][]string{{"job", name, "every=1h"}, {"job", name, "every=90s"}})
		case 2:
			out = append(out, [2][]string{{"middleware", name}, {"middleware", name}})
		case 3:
			if s.Selection.Has("sql") {
				out = append(out, [2][]string{{"migration", name}, {"migration", name}})
			}
		case 4:
			out = append(out, [2][]string{append([]string{"resource", name}, fields()...), append([]string{"resource", name}, fields()...)})
		}
	}
	return out
}

func newRunner(t *testing.T) *runner {
	b := newBench(t)
	return &runner{b, generatorsOfOurs(t, b.Generator)}
}

// Idempotence: a run that is made again does nothing, also when components have come and gone since. Inverse: a component that comes and
// goes leaves what was generated as it was, byte for byte.
func TestGenerateIsIdempotent(t *testing.T) {
	r := newRunner(t)
	for range max(1, cases(t)/4) {
		s := r.spec()
		f := r.new(s)
		var made [][]string
		for _, run := range r.runs(f) {
			f = r.generate(f, run[0]...)
			made = append(made, run[0])
		}
		again := func(when string, f folder) {
			t.Helper()
			for _, words := range made {
				p, err := r.plan(f, words...)
				if err != nil {
					t.Fatalf("%+v, %v %s: %v", s, words, when, err)
				}
				if len(p.Steps) > 0 {
					t.Fatalf("%+v, %v %s: %s", s, words, when, p.Steps[0].Diff())
				}
			}
		}
		again("again", f)
		for _, name := range r.absent(s)[:min(2, len(r.absent(s)))] {
			with := r.add(f, name)
			again("with "+name, with)
			p, err := r.Remove(ground{with}, []string{name}, Use{})
			if err != nil {
				t.Fatalf("%+v, remove %s: %v", s, name, err)
			}
			if d := difference(f, with.after(t, p)); d != "" {
				t.Fatalf("%+v with %v: %s came and went, and this is other now:\n%s", s, made, name, d)
			}
		}
	}
}

// Inverse, of inputs: other inputs and back again give the same bytes, with nothing edited between.
func TestGenerateThereAndBack(t *testing.T) {
	r := newRunner(t)
	for range max(1, cases(t)/4) {
		f := r.new(r.spec())
		runs := r.runs(f)
		if len(runs) == 0 {
			continue
		}
		run := runs[0]
		was := r.generate(f, run[0]...)
		if d := difference(was, r.generate(r.generate(was, run[1]...), run[0]...)); d != "" {
			t.Fatalf("%v, then %v, and back:\n%s", run[0], run[1], d)
		}
	}
}

// Respect: what a person wrote into any file, or deleted, is as they left it or part of a conflict, whatever the inputs become.
func TestGenerateRespects(t *testing.T) {
	r := newRunner(t)
	conflicts, merged := 0, 0
	for n := range cases(t) {
		f := r.new(r.spec())
		runs := r.runs(f)
		for _, run := range runs {
			f = r.generate(f, run[0]...)
		}
		if len(runs) == 0 {
			continue
		}
		run := pick(r.Rand, runs)
		edited, deleted := r.edit(f, n)
		p, err := r.plan(f, run[1]...)
		if err != nil {
			var told bool
			if missed := Missed(err); missed != nil {
				told = true // a place that the edit took away
			}
			if !told {
				t.Fatalf("%v: %v", run[1], err)
			}
			continue
		}
		if len(p.Conflicts()) > 0 {
			conflicts++
			for _, c := range p.Conflicts() {
				if !bytes.Equal(c.Old, f[c.Path].Data) {
					t.Fatalf("%v: the conflict of %s is about other bytes", run[1], c.Path)
				}
			}
			continue
		}
		is := f.after(t, p)
		merged++
		for path, line := range edited {
			if !strings.Contains(string(is[path].Data), line) {
				t.Fatalf("%v: %s lost %q:\n%s", run[1], path, line, is[path].Data)
			}
		}
		for _, path := range deleted {
			if _, back := is[path]; back {
				t.Fatalf("%v: %s is back", run[1], path)
			}
		}
	}
	t.Logf("%d merged, %d in conflict", merged, conflicts)
	if merged == 0 || conflicts == 0 && merged > 100 {
		t.Errorf("%d merged and %d in conflict: the edits are too tame or too wild", merged, conflicts)
	}
}

// edit changes files of runs, and files that they insert into, at random.
func (r *runner) edit(f folder, n int) (edited map[string]string, deleted []string) {
	edited = map[string]string{}
	l, err := lock.Parse(f[lock.Path].Data)
	if err != nil {
		r.Fatal(err)
	}
	var paths []string
	for p, entry := range l.Files {
		if strings.Contains(entry.Owner, " ") || strings.Contains(p, "/own") {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	for range 1 + r.IntN(4) {
		p := pick(r.Rand, paths)
		file, there := f[p]
		if !there || edited[p] != "" {
			continue
		}
		if r.IntN(6) == 0 && !strings.Contains(p, "/own.go") {
			delete(f, p)
			deleted = append(deleted, p)
			continue
		}
		line := fmt.Sprintf("// mine %d", n)
		lines := strings.SplitAfter(string(file.Data), "\n")
		at := r.IntN(len(lines))
		if text := strings.TrimSpace(lines[at]); r.IntN(2) == 0 && strings.HasSuffix(text, ",") && strings.HasSuffix(p, ".go") { // on a line of ours
			lines[at] = strings.TrimSuffix(lines[at], "\n") + " " + line + "\n"
			f[p] = tree.File{Data: []byte(strings.Join(lines, "")), Mode: file.Mode}
			edited[p] = line
			continue
		}
		if strings.HasSuffix(p, ".go") {
			for at > 0 && (!strings.HasSuffix(lines[at-1], "}\n") || strings.HasPrefix(lines[at-1], "\t")) { // between declarations, so that it stays Go
				at--
			}
		}
		lines = slices.Insert(lines, at, line+"\n")
		f[p] = tree.File{Data: []byte(strings.Join(lines, "")), Mode: file.Mode}
		edited[p] = line
	}
	return edited, deleted
}
