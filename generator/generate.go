package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/generate"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/source"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
	"github.com/hardwright/hardwright/generator/internal/universe"
)

// Where a generator comes from, beside the path@version of a pack.
const (
	BuiltIn = "built-in"
	Local   = "local"
)

// LocalGenerators is the folder of a repository's own generators.
const LocalGenerators = ".hardwright/generators"

// An Offer is a generator that can be run in a repository.
type Offer struct {
	Name   string
	Source string // BuiltIn, Local, or a pack's path@version
	Where  string // its folder, as a person finds it
	fs     fs.FS
}

// Load reads the generator.
func (o Offer) Load() (*generate.Generator, error) { return generate.Load(o.fs, o.Where) }

// isGenerator reports whether a folder has a generator's manifest.
func isGenerator(fsys fs.FS, folder string) bool {
	info, err := fs.Stat(fsys, path.Join(folder, generate.File))
	return err == nil && !info.IsDir()
}

// Alone reports whether the templates are generators, and nothing else.
func (g *Generator) Alone() bool {
	if len(g.Catalog.All)+len(g.Catalog.Broken) > 0 {
		return false
	}
	offers, err := g.Offers(nil, nil)
	return err == nil && len(offers) > 0
}

// Offers lists the generators that can be run in a repository: its own, those of its packs, and ours. repo may be nil.
func (g *Generator) Offers(repo Repo, packs []*source.Pack) ([]Offer, error) {
	var out []Offer
	take := func(fsys fs.FS, from, where string) error {
		entries, err := fs.ReadDir(fsys, ".")
		if err != nil {
			return fmt.Errorf("read generators: %w", err)
		}
		for _, e := range entries {
			if !e.IsDir() || !isGenerator(fsys, e.Name()) {
				continue
			}
			sub, err := fs.Sub(fsys, e.Name())
			if err != nil {
				return fmt.Errorf("read generators: %w", err)
			}
			out = append(out, Offer{Name: e.Name(), Source: from, Where: path.Join(where, e.Name()), fs: sub})
		}
		return nil
	}
	if repo != nil {
		files, skipped, err := repo.Files(func(p string, d fs.DirEntry) bool {
			return p == LocalGenerators || strings.HasPrefix(p, LocalGenerators+"/") || d.IsDir() && strings.HasPrefix(LocalGenerators, p+"/")
		})
		if err != nil {
			return nil, err
		}
		if len(skipped) > 0 {
			return nil, problem.List{{Subject: skipped[0], Message: "it is no plain file or folder, or cannot be read"}}
		}
		if len(files) > 0 {
			local, err := fs.Sub(files.FS(), LocalGenerators)
			if err != nil {
				return nil, fmt.Errorf("read generators: %w", err)
			}
			if err := take(local, Local, LocalGenerators); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range packs {
		if err := take(p.FS(), p.Version.String(), p.Version.String()); err != nil {
			return nil, err
		}
	}
	return out, take(g.Catalog.FS, BuiltIn, "templates")
}

// Find picks the generator of a name: the repository's own, ours, or the one of a pack. A pack's comes last, so that adding a pack changes
// nothing that worked before, and is always found as MODULE/NAME. A name in several packs needs that.
func Find(offers []Offer, name string) (Offer, error) {
	var own, packs []Offer
	var names []string
	for _, o := range offers {
		names = append(names, o.Name)
		module, _, _ := strings.Cut(o.Source, "@")
		switch {
		case o.Where == name, o.pack() && module+"/"+o.Name == name:
			return o, nil
		case o.Name == name && o.pack():
			packs = append(packs, o)
		case o.Name == name:
			own = append(own, o)
		}
	}
	switch {
	case len(own) > 0:
		return own[0], nil // the repository's own stand before ours
	case len(packs) == 1:
		return packs[0], nil
	case len(packs) > 1:
		var where []string
		for _, o := range packs {
			module, _, _ := strings.Cut(o.Source, "@")
			where = append(where, module+"/"+o.Name)
		}
		return Offer{}, problem.List{{Message: fmt.Sprintf("several packs have a generator %q", name), Hint: "name one: " + strings.Join(where, ", ")}}
	}
	hint := "hardwright generator list"
	if near := problem.Nearest(name, names); near != "" {
		hint = "hardwright generate " + near
	}
	return Offer{}, problem.List{{Message: fmt.Sprintf("no generator %q", name), Hint: hint}}
}

// pack reports whether the generator comes from a pack.
func (o Offer) pack() bool { return o.Source != BuiltIn && o.Source != Local }

// A Service is a repository as generators see it.
type Service struct {
	Selection *component.Selection
	Lock      lock.Lock
	asked     *spec.Spec // of a service that hardwright wrote
}

// Service reads what a repository is: a service of ours, or anybody's module.
func (g *Generator) Service(repo Repo) (*Service, error) {
	l, err := g.Lock(repo)
	if err != nil {
		return nil, err
	}
	files, err := repo.Read(spec.Path, "go.mod")
	if err != nil {
		return nil, err
	}
	var asked spec.Spec
	if src, there := files[spec.Path]; there {
		if asked, err = spec.Parse(spec.Path, src.Data); err != nil {
			return nil, err
		}
	}
	if asked.Name != "" {
		sel, err := g.Catalog.Resolve(asked)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, c := range sel.Components {
			names = append(names, c.Name)
		}
		if !slices.Equal(names, slices.Sorted(slices.Values(l.Components))) {
			return nil, problem.List{{Subject: spec.Path, Message: "it does not say which components are there, as " + lock.Path + " knows them",
				Hint: "take your edits of " + spec.Path + " back, and say what you want with hardwright add or remove"}}
		}
		return &Service{Selection: sel, Lock: l, asked: &asked}, nil
	}
	asked.Module = modfile.ModulePath(files["go.mod"].Data)
	if asked.Module == "" {
		return nil, problem.List{{Subject: "go.mod", Message: "it names no module"}}
	}
	asked.Name = path.Base(asked.Module)
	return &Service{Selection: g.Catalog.Plain(asked, l.Components), Lock: l}, nil
}

// Ours reports whether hardwright wrote the service.
func (s *Service) Ours() bool { return s.asked != nil }

// Generate plans one run of a generator.
func (g *Generator) Generate(repo Repo, s *Service, gen *generate.Generator, o Offer, inputs map[string]string, use Use) (*plan.Plan, error) {
	run, err := gen.Run(repo, generate.Use{Selection: s.Selection, Lock: s.Lock, Source: o.Source, Inputs: inputs, Markers: use.Markers})
	if err != nil {
		return nil, err
	}
	p := run.Plan
	if o.Source != BuiltIn && slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return strings.HasSuffix(s.Path, ".go") }) {
		p.Build = "." // nobody has built it in a service like this one before
	}
	if err := g.generatedModules(repo, s, run, use.Tidy); err != nil {
		return nil, err
	}
	files, err := repo.Read(lock.Path)
	if err != nil {
		return nil, err
	}
	was, there := files[lock.Path]
	text := run.Lock.YAML()
	switch {
	case !there:
		p.Steps = append(p.Steps, plan.Step{Kind: plan.Create, Path: lock.Path, Owner: plan.Engine, New: text, Mode: 0o644})
	case lock.Digest(was.Data) != lock.Digest(text):
		if bytes.Contains(was.Data, []byte("\r\n")) {
			text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
		}
		p.Steps = append(p.Steps, plan.Step{Kind: plan.Modify, Path: lock.Path, Owner: plan.Engine, Old: was.Data, New: text, Mode: was.Mode})
	}
	slices.SortFunc(p.Steps, func(a, b plan.Step) int { return strings.Compare(a.Path, b.Path) })
	return p, nil
}

// generatedModules changes go.mod and go.sum where generated code imports what nothing did before.
func (g *Generator) generatedModules(repo Repo, s *Service, run *generate.Run, tidy Tidy) error {
	before, after := s.Lock.Imports(), run.Lock.Imports()
	if slices.Equal(before, after) {
		return nil
	}
	pins, err := universe.Read(g.Catalog.FS)
	if err != nil {
		return err
	}
	unpinned := pins.Missing(after)
	isNew := slices.ContainsFunc(unpinned, func(i string) bool { return !slices.Contains(before, i) })
	pinned := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(i string) bool { return slices.Contains(unpinned, i) })
	}
	before, after = pinned(before), pinned(after)
	if s.asked != nil {
		written, _, err := g.render(*s.asked)
		if err != nil {
			return err
		}
		before, after = slices.Concat(written.Imports, before), slices.Concat(written.Imports, after)
	}
	ours, err := repo.Read("go.mod", "go.sum")
	if err != nil {
		return err
	}
	m, err := g.modules(ours, before, after, s.Lock.Raised)
	if err != nil {
		return err
	}
	if m.Tidy || isNew {
		why := "generated code needs modules, and which checksums they need beside yours only `go mod tidy` can tell"
		if isNew {
			why = "generated code imports " + strings.Join(unpinned, ", ") + ", and which version that is only `go mod tidy` can tell"
		}
		if tidy == nil {
			return conflictInModules(run, ours, why+": install Go, and run this again")
		}
		code, err := staged(repo, m.Mod, m.Sum, run.Plan.Steps)
		if err != nil {
			return err
		}
		m.Mod, m.Sum, err = tidy(code)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			return conflictInModules(run, ours, fmt.Sprintf("%s, and it says: %v", why, err))
		}
	}
	vendored, err := repo.Read("vendor/modules.txt")
	if err != nil {
		return err
	}
	if len(vendored) > 0 && !bytes.Equal(m.Mod, ours["go.mod"].Data) {
		return conflictInModules(run, ours, vendorStays)
	}
	for _, f := range []struct {
		path string
		want []byte
	}{{"go.mod", m.Mod}, {"go.sum", m.Sum}} {
		was, there := ours[f.path]
		switch {
		case bytes.Equal(was.Data, f.want):
		case !there:
			run.Plan.Steps = append(run.Plan.Steps, plan.Step{Kind: plan.Create, Path: f.path, Owner: plan.Engine, New: f.want, Mode: 0o644})
		default:
			run.Plan.Steps = append(run.Plan.Steps, plan.Step{Kind: plan.Modify, Path: f.path, Owner: plan.Engine, Old: was.Data, New: f.want, Mode: was.Mode})
		}
	}
	return nil
}

func conflictInModules(run *generate.Run, ours tree.Tree, why string) error {
	was := ours["go.mod"]
	run.Plan.Steps = append(run.Plan.Steps, plan.Step{Kind: plan.Conflict, Path: "go.mod", Owner: plan.Engine, Old: was.Data, Mode: was.Mode, Why: why})
	return nil
}

// Missed lists the insertions that found no place, for a caller that wants to say what to add by hand.
func Missed(err error) []*generate.Missed {
	var m generate.Misses
	if errors.As(err, &m) {
		return m
	}
	return nil
}
