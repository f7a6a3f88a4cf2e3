package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
	"github.com/hardwright/hardwright/generator/internal/universe"
)

// A Repo is what planning needs of a project that is there: those of the named files that exist, and those that match.
type Repo interface {
	Read(paths ...string) (tree.Tree, error)
	Files(match func(p string, d fs.DirEntry) bool) (out tree.Tree, skipped []string, err error)
}

// Use says what Add and Remove are to do beside naming components.
type Use struct {
	Set     map[string]map[string]string // component → input → value
	Markers bool                         // show conflicts in the files
	Tidy    Tidy                         // nil: there is no go command
	// Of repositories that hardwright did not write.
	Server string // FILE:LINE of the server, where there are several
	Name   string // of the program, where nothing in the repository names it
	Branch string // the default branch; "" if nobody knows
	Top    string // the top of the repository, where it is above the folder that is changed
}

// Tidy settles go.mod and go.sum of a module, given with its Go code, as `go mod tidy` does.
type Tidy func(files tree.Tree) (mod, sum []byte, err error)

// ErrForeign means that hardwright did not write the repository.
var ErrForeign = errors.New("there is no " + spec.Path + ": hardwright did not write this repository")

// Add plans the addition of components to a service that hardwright wrote.
func (g *Generator) Add(repo Repo, names []string, use Use) (*plan.Plan, error) {
	return g.change(repo, names, use, g.Catalog.Add)
}

// Remove plans their removal.
func (g *Generator) Remove(repo Repo, names []string, use Use) (*plan.Plan, error) {
	return g.change(repo, names, use, g.Catalog.Remove)
}

func (g *Generator) change(repo Repo, names []string, use Use, step func(spec.Spec, string) (spec.Spec, string, problem.List)) (*plan.Plan, error) {
	was, err := g.Written(repo)
	if err != nil {
		return nil, err
	}
	var problems problem.List
	var notes []string
	want := was.Base.Spec
	for _, name := range names {
		next, note, bad := step(want, name)
		problems = append(problems, bad...)
		want = next
		if note != "" {
			notes = append(notes, note)
		}
	}
	for c, inputs := range use.Set {
		for in, value := range inputs {
			want.SetInput(c, in, value)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	theirs, _, err := g.render(want)
	if err != nil {
		return nil, err
	}
	p, err := g.Between(repo, was, theirs, use)
	if err != nil {
		return nil, err
	}
	p.Notes = append(notes, p.Notes...)
	return p, nil
}

// A Written is a service that hardwright wrote, as its hardwright.yaml and lock have it.
type Written struct {
	Asked spec.Spec // as the file says it
	Base  Rendering
	Lock  lock.Lock
	Sel   *component.Selection
}

// A Rendering is a Spec, its files, and what they import of other modules.
type Rendering struct {
	plan.Rendering
	Imports []string
}

// Written reads what hardwright wrote into a repository, and makes sure that it can be repeated: that this program, given
// hardwright.yaml, renders the bytes that the lock knows.
func (g *Generator) Written(repo Repo) (*Written, error) {
	files, err := repo.Read(spec.Path, lock.Path)
	if err != nil {
		return nil, err
	}
	src, there := files[spec.Path]
	if !there {
		return nil, ErrForeign
	}
	w := &Written{}
	if w.Asked, err = spec.Parse(spec.Path, src.Data); err != nil {
		return nil, err
	}
	if w.Asked.Name == "" {
		return nil, ErrForeign
	}
	src, there = files[lock.Path]
	if !there {
		return nil, problem.List{{Subject: lock.Path, Message: "it is missing, and without it your edits cannot be told from what was written", Hint: "take it back from your version control"}}
	}
	if w.Lock, err = lock.Parse(src.Data); err != nil {
		return nil, err
	}
	digest, err := Digest(g.templates())
	if err != nil {
		return nil, err
	}
	if digest != w.Lock.Templates {
		return nil, problem.List{{Subject: lock.Path, Message: fmt.Sprintf("the service was written by hardwright %s with other templates than this one (%s) holds", w.Lock.Engine, Version),
			Hint: "use the hardwright that wrote it"}}
	}
	w.Base, w.Sel, err = g.render(w.Asked)
	if err != nil {
		return nil, err
	}
	if drift := w.drift(); len(drift) > 0 {
		shown := drift[:min(len(drift), 5)]
		return nil, problem.List{{Subject: spec.Path, Message: fmt.Sprintf("it does not say what was written: %s differs in %d files (%s)", lock.Path, len(drift), strings.Join(shown, ", ")),
			Hint: "take your edits of " + spec.Path + " and " + lock.Path + " back, and say what you want with hardwright add or remove"}}
	}
	return w, nil
}

// drift lists the files that the lock has other digests of than hardwright.yaml gives, sorted.
func (w *Written) drift() []string {
	var out []string
	for path, f := range w.Base.Files {
		entry, known := w.Lock.Files[path]
		if !known || entry.Class != lock.User && entry.SHA256 != lock.Digest(f.Data) {
			out = append(out, path)
		}
	}
	is := map[string]bool{}
	for _, c := range w.Base.Components {
		is[c] = true
	}
	for path, entry := range w.Lock.Files {
		if _, will := w.Base.Files[path]; !will && is[entry.Owner] && entry.Class != lock.Deleted {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// Between plans the way from what was written to another rendering.
func (g *Generator) Between(repo Repo, was *Written, theirs Rendering, use Use) (*plan.Plan, error) {
	paths := map[string]bool{spec.Path: true, lock.Path: true}
	for _, files := range []map[string]render.File{was.Base.Files, theirs.Files} {
		for p := range files {
			paths[p] = true
		}
	}
	ours, err := repo.Read(slices.Sorted(maps.Keys(paths))...)
	if err != nil {
		return nil, err
	}
	c := plan.Change{Base: was.Base.Rendering, Theirs: theirs.Rendering, Asked: was.Asked, Ours: ours, Lock: was.Lock, Markers: use.Markers}
	generated := was.Lock.Imports() // need their modules whatever components come and go
	settled, err := g.modules(ours, slices.Concat(was.Base.Imports, generated), slices.Concat(theirs.Imports, generated), was.Lock.Raised)
	if err != nil {
		return nil, err
	}
	c.Modules = plan.Modules{Mod: settled.Mod, Sum: settled.Sum, Raised: was.Lock.Raised}
	if settled.Tidy {
		if err := settle(repo, &c, settled.Person, use.Tidy); err != nil {
			return nil, err
		}
	}
	if !bytes.Equal(c.Modules.Mod, ours["go.mod"].Data) && c.Modules.Why == "" {
		vendored, err := repo.Read("vendor/modules.txt")
		if err != nil {
			return nil, err
		}
		if len(vendored) > 0 {
			c.Modules.Why = vendorStays
		}
	}
	p := plan.Between(c)
	if changesCode(p) {
		edited, err := codeOfAPerson(repo, c)
		if err != nil {
			return nil, err
		}
		if edited {
			p.Build = "."
		}
	}
	return p, nil
}

// vendorStays is why go.mod cannot change where there is a vendor folder: only the go command can make the two agree.
const vendorStays = "other modules are needed, and vendor/ would have to follow: remove it, run this again, then go mod vendor"

// changesCode reports whether a plan touches what is compiled.
func changesCode(p *plan.Plan) bool {
	return slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return compiled(s.Path) })
}

func compiled(path string) bool {
	return strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
}

// codeOfAPerson reports whether the service has Go code that we did not write, or not so: only the compiler knows then whether it still
// fits. What we wrote fits by construction.
func codeOfAPerson(repo Repo, c plan.Change) (bool, error) {
	for p, f := range c.Base.Files {
		if now, there := c.Ours[p]; compiled(p) && (!there || lock.Digest(now.Data) != lock.Digest(f.Data)) {
			return true, nil
		}
	}
	theirs := false
	_, _, err := repo.Files(func(p string, d fs.DirEntry) bool {
		if d.IsDir() {
			return d.Name() != "vendor" && d.Name() != "testdata" && !strings.HasPrefix(d.Name(), "_")
		}
		if _, ours := c.Base.Files[p]; compiled(p) && !ours {
			theirs = true
		}
		return false // the name is enough
	})
	return theirs, err
}

// settle lets the go command compute go.mod and go.sum where a person requires modules of their own: on the module as it will be.
func settle(repo Repo, c *plan.Change, person map[string]string, tidy Tidy) error {
	const why = "it requires modules of your own, and which checksums they and ours need together only `go mod tidy` can tell"
	if tidy == nil {
		c.Modules.Why = why + ": install Go, and run this again"
		return nil
	}
	code, err := staged(repo, c.Modules.Mod, c.Modules.Sum, plan.Between(*c).Steps)
	if err != nil {
		return err
	}
	mod, sum, err := tidy(code)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		c.Modules.Why = fmt.Sprintf("%s, and it says: %v", why, err)
	default:
		c.Modules.Mod, c.Modules.Sum = mod, sum
		c.Modules.Raised, err = universe.Raises(person, mod)
		return err
	}
	return nil
}

// staged is the module as it will be, as far as go mod tidy reads it.
func staged(repo Repo, mod, sum []byte, steps []plan.Step) (tree.Tree, error) {
	code, _, err := repo.Files(func(p string, d fs.DirEntry) bool {
		if d.IsDir() {
			return d.Name() != "vendor" && d.Name() != "node_modules"
		}
		return strings.HasSuffix(p, ".go") || p == "go.mod" || p == "go.sum"
	})
	if err != nil {
		return nil, err
	}
	code["go.mod"] = tree.File{Data: mod}
	code["go.sum"] = tree.File{Data: sum}
	for _, s := range steps {
		switch {
		case !strings.HasSuffix(s.Path, ".go"):
		case s.Kind == plan.Delete:
			delete(code, s.Path)
		case s.Kind != plan.Conflict:
			code[s.Path] = tree.File{Data: s.New}
		}
	}
	return code, nil
}

// modules computes go.mod and go.sum from what they are and from what our files import before and after.
func (g *Generator) modules(ours tree.Tree, was, is []string, raised []lock.Raise) (universe.Result, error) {
	r := universe.Result{Mod: ours["go.mod"].Data, Sum: ours["go.sum"].Data}
	if slices.Equal(was, is) {
		return r, nil
	}
	pins, err := universe.Read(g.Catalog.FS)
	if err != nil {
		return r, err
	}
	if pins == nil {
		return r, fmt.Errorf("nothing pins what is imported: run go run ./generator/internal/pin")
	}
	return pins.Update(universe.Update{Mod: r.Mod, Sum: r.Sum, Before: was, After: is, Raised: raised})
}

// renderings remember what a Spec gave.
type renderings interface {
	Load(answers string) (Rendering, bool)
	Store(answers string, r Rendering)
}

// render gives the files of a Spec, go.mod and go.sum included.
func (g *Generator) render(want spec.Spec) (Rendering, *component.Selection, error) {
	var out Rendering
	sel, err := g.Catalog.Resolve(want)
	if err != nil {
		return out, nil, err
	}
	if g.rendered != nil {
		if again, ok := g.rendered.Load(string(sel.Spec.YAML())); ok {
			return again, sel, nil
		}
	}
	rendered, err := render.Service(g.Catalog, sel)
	if err != nil {
		return out, nil, err
	}
	if err := g.addModules(rendered, sel); err != nil {
		return out, nil, err
	}
	out = Rendering{Rendering: plan.Rendering{Spec: sel.Spec, Files: rendered.Files}, Imports: rendered.Imports}
	for _, c := range sel.Components {
		out.Components = append(out.Components, c.Name)
	}
	if g.rendered != nil {
		g.rendered.Store(string(sel.Spec.YAML()), out)
	}
	return out, sel, nil
}
