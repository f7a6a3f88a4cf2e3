package generator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/generate"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/source"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// A Pin says which pack to pin, and where it is to be kept.
type Pin struct {
	source.Fetched
	Cached bool
}

// Lock reads the lock of a project. A repository that hardwright did not write gets one that says so; ours must have its own.
func (g *Generator) Lock(repo Repo) (lock.Lock, error) {
	files, err := repo.Read(lock.Path, "hardwright.yaml", "go.mod")
	if err != nil {
		return lock.Lock{}, err
	}
	if src, there := files[lock.Path]; there {
		return lock.Parse(src.Data)
	}
	if _, there := files["hardwright.yaml"]; there {
		return lock.Lock{}, problem.List{{Subject: lock.Path, Message: "it is missing", Hint: "take it back from your version control"}}
	}
	if _, there := files["go.mod"]; !there {
		return lock.Lock{}, problem.List{{Message: "there is no go.mod here", Hint: "run it in the top folder of a repository, or name that with --dir"}}
	}
	digest, err := Digest(g.templates())
	return lock.Lock{Engine: Version, Templates: digest, Foreign: true, Files: map[string]lock.File{}}, err
}

// Pin plans that a project uses a pack. was is the version that is pinned already, if any, as it was kept; others are the packs that are
// pinned, asked for only if the service has components of this one.
func (g *Generator) Pin(repo Repo, is Pin, was *source.Pack, others func() ([]*source.Pack, error)) (*plan.Plan, error) {
	l, err := g.Lock(repo)
	if err != nil {
		return nil, err
	}
	pinned, had := l.Pack(is.Path)
	if had && pinned.Version == is.Version.Version && pinned.Sum != is.Sum {
		return nil, fmt.Errorf("%s is pinned with %s, and comes with %s now: somebody changed what has that version, and nothing of it is used", is.Version, pinned.Sum, is.Sum)
	}
	wrong, err := g.CheckPack(&is.Pack)
	if err != nil {
		return nil, err
	}
	if len(wrong) > 0 {
		return nil, named(is.Version.String(), wrong)
	}
	r := plan.Repin{Owner: is.Path, Was: tree.Tree{}, Is: tree.Tree{}}
	if was != nil && !pinned.Cached {
		if err := below(r.Was, was); err != nil {
			return nil, err
		}
	}
	if !is.Cached {
		if err := below(r.Is, &is.Pack); err != nil {
			return nil, err
		}
	}
	if r.Ours, err = vaulted(repo, r.Was, r.Is); err != nil {
		return nil, err
	}
	_, there := r.Ours[attributes]
	delete(r.Ours, attributes) // once it is there, it is the user's
	if !there && !is.Cached {
		r.Is[attributes] = tree.File{Data: []byte(attributesText), Mode: 0o644}
	}
	moved, err := g.moveComponents(repo, &is.Pack, was, others)
	if err != nil {
		return nil, err
	}
	for _, s := range moved.Steps {
		if s.Path == lock.Path {
			if l, err = lock.Parse(s.New); err != nil {
				return nil, err
			}
		}
	}
	r.Lock = l.WithPack(lock.Pack{Path: is.Path, Version: is.Version.Version, Sum: is.Sum, Cached: is.Cached, Private: is.Private, Insecure: is.Insecure})
	p := moved.And(plan.Pin(r))
	return p, g.would(repo, p, l, &is.Pack, was, others)
}

// would adds to p how the runs of a pack's generators would come out with another version of the pack. What was generated stays.
func (g *Generator) would(repo Repo, p *plan.Plan, l lock.Lock, is, was *source.Pack, others func() ([]*source.Pack, error)) error {
	if was == nil || was.Sum == is.Sum {
		return nil
	}
	var s *Service
	for _, run := range l.Generated {
		if from, _, _ := strings.Cut(run.Source, "@"); from != is.Path {
			continue
		}
		if s == nil {
			g, err := g.For(repo, nil, others)
			if err != nil {
				return err
			}
			if s, err = g.Service(repo); err != nil {
				return err
			}
		}
		render := func(pack *source.Pack) (*generate.Output, error) {
			offers, err := g.Offers(nil, []*source.Pack{pack})
			if err != nil {
				return nil, err
			}
			offer, err := Find(offers, pack.Path+"/"+run.Generator)
			if err != nil {
				return nil, err
			}
			gen, err := offer.Load()
			if err != nil {
				return nil, err
			}
			return gen.Render(s.Selection, run.Inputs, run.Sequences)
		}
		before, err := render(was)
		if err != nil {
			before = &generate.Output{}
		}
		after, err := render(is)
		if err != nil {
			p.Notes = append(p.Notes, fmt.Sprintf("%s could not be generated again with %s: %s", run.Name, is.Version, strings.ReplaceAll(err.Error(), "\n", "; ")))
			continue
		}
		if steps := otherwise(run.Name, before, after); len(steps) > 0 {
			p.Would = append(p.Would, steps...)
			p.Notes = append(p.Notes, fmt.Sprintf("%s would be generated otherwise now; it stays as it is until hardwright generate makes it again", run.Name))
		}
	}
	return nil
}

// otherwise lists the files and insertions that differ between two outputs of a run.
func otherwise(run string, before, after *generate.Output) []plan.Step {
	texts := func(o *generate.Output) map[string][]byte {
		out := map[string][]byte{}
		for p, f := range o.Files {
			out[p] = f.Data
		}
		for _, i := range o.Insertions {
			if i.Text != "" {
				out[fmt.Sprintf("%s (%s)", i.Into, i.Anchor)] = []byte(i.Text)
			}
		}
		return out
	}
	was, is := texts(before), texts(after)
	all := maps.Clone(was)
	maps.Copy(all, is)
	var out []plan.Step
	for _, p := range slices.Sorted(maps.Keys(all)) {
		step := plan.Step{Kind: plan.Modify, Path: p, Owner: run, Old: was[p], New: is[p], Mode: 0o644}
		switch {
		case was[p] != nil && is[p] != nil && bytes.Equal(was[p], is[p]):
			continue
		case was[p] == nil:
			step.Kind = plan.Create
		case is[p] == nil:
			step.Kind = plan.Delete
		}
		out = append(out, step)
	}
	return out
}

// moveComponents plans what becomes of the components of a pack that are in the service, when the pack moves: the files that the old ones
// wrote are the base, and those of the new ones are merged in.
func (g *Generator) moveComponents(repo Repo, is, was *source.Pack, others func() ([]*source.Pack, error)) (*plan.Plan, error) {
	if was == nil || was.Sum == is.Sum {
		return &plan.Plan{}, nil
	}
	offers, err := Offered(was.FS())
	if err != nil {
		return nil, err
	}
	asked, err := g.asked(repo)
	if err != nil || !slices.ContainsFunc(offers.Components, func(name string) bool { return slices.Contains(asked, name) }) {
		return &plan.Plan{}, err
	}
	all, err := others()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p *source.Pack) bool { return p.Path == is.Path })
	before, err := g.With(append(slices.Clone(all), was))
	if err != nil {
		return nil, err
	}
	after, err := g.With(append(slices.Clone(all), is))
	if err != nil {
		return nil, err
	}
	written, err := before.Written(repo)
	if err != nil {
		return nil, err
	}
	theirs, _, err := after.render(written.Asked)
	if err != nil {
		return nil, err
	}
	return after.Between(repo, written, theirs, Use{})
}

// attributes is a file beside the packs.
const (
	attributes     = source.Vendored + "/.gitattributes"
	attributesText = "# Packs are used byte for byte as their checksum has them: git must not translate their line ends.\n* -text\n"
)

// Unpin plans that a project uses a pack no more. was is the pack, nil if it is lost. What was generated with it stays.
func (g *Generator) Unpin(repo Repo, module string, was *source.Pack) (*plan.Plan, error) {
	l, err := g.Lock(repo)
	if err != nil {
		return nil, err
	}
	pinned, had := l.Pack(module)
	if !had {
		return nil, notPinned(module, l)
	}
	asked, err := g.asked(repo)
	if err != nil {
		return nil, err
	}
	var problems problem.List
	for _, name := range asked {
		_, ours := g.Catalog.Get(name)
		if ours {
			continue
		}
		mine := was == nil // it may be
		if was != nil {
			offers, err := Offered(was.FS())
			if err != nil {
				return nil, err
			}
			mine = slices.Contains(offers.Components, name)
		}
		if mine {
			problems.Hint("hardwright remove "+name, module, "its component %s is in the service", name)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	r := plan.Repin{Owner: module, Was: tree.Tree{}, Is: tree.Tree{}, Lock: l.WithoutPack(module)}
	if was != nil && !pinned.Cached {
		if err := below(r.Was, was); err != nil {
			return nil, err
		}
	}
	if r.Ours, err = vaulted(repo, r.Was); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(r.Lock.Packs, func(p lock.Pack) bool { return !p.Cached }) || string(r.Ours[attributes].Data) != attributesText {
		delete(r.Ours, attributes)
	} else {
		r.Was[attributes] = r.Ours[attributes]
	}
	p := plan.Pin(r)
	for _, run := range l.Generated {
		if from, _, _ := strings.Cut(run.Source, "@"); from == module {
			p.Notes = append(p.Notes, run.Name+" was generated with it; its files stay")
		}
	}
	return p, nil
}

func notPinned(module string, l lock.Lock) problem.List {
	hint := "hardwright generator add " + module + "@latest"
	var names []string
	for _, p := range l.Packs {
		names = append(names, p.Path)
	}
	if len(names) > 0 {
		hint = "pinned here: " + strings.Join(names, ", ")
	}
	return problem.List{{Subject: module, Message: "no pack of that name is pinned here", Hint: hint}}
}

// below puts the files of a pack where they stand in a repository.
func below(into tree.Tree, p *source.Pack) error {
	folder, err := source.Folder(p.Version)
	if err != nil {
		return err
	}
	for name, f := range p.Files {
		into[path.Join(source.Vendored, folder, name)] = f
	}
	return nil
}

// vaulted reads what a repository has at the paths of both packs, and whatever else stands in their folders.
func vaulted(repo Repo, packs ...tree.Tree) (tree.Tree, error) {
	paths := []string{lock.Path, attributes}
	folders := map[string]bool{}
	for _, t := range packs {
		for p := range t {
			paths = append(paths, p)
			top, _, _ := strings.Cut(p, "@")
			version, _, _ := strings.Cut(p[len(top):], "/")
			folders[top+version] = true
		}
	}
	slices.Sort(paths)
	ours, err := repo.Read(paths...)
	if err != nil || len(folders) == 0 {
		return ours, err
	}
	more, _, err := repo.Files(func(p string, d fs.DirEntry) bool {
		for f := range folders {
			if p == f || strings.HasPrefix(p, f+"/") || d.IsDir() && strings.HasPrefix(f, p+"/") {
				return true
			}
		}
		return false
	})
	for p, f := range more {
		ours[p] = f
	}
	return ours, err
}

// Offers are the generators and components of a pack.
type Offers struct{ Generators, Components []string }

// Offered lists what a pack holds: the folders at its root that have a manifest.
func Offered(fsys fs.FS) (Offers, error) {
	var out Offers
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return out, fmt.Errorf("read pack: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		for file, list := range map[string]*[]string{"generator.yaml": &out.Generators, "component.yaml": &out.Components} {
			switch info, err := fs.Stat(fsys, path.Join(e.Name(), file)); {
			case err == nil && !info.IsDir():
				*list = append(*list, e.Name())
			case err != nil && !errors.Is(err, fs.ErrNotExist):
				return out, fmt.Errorf("read pack: %w", err)
			}
		}
	}
	return out, nil
}

// CheckPack says what is wrong with a pack: one that is none, and one that could not be used. It is easier to hear of now than in a year.
func (g *Generator) CheckPack(p *source.Pack) (problem.List, error) {
	offers, err := Offered(p.FS())
	if err != nil {
		return nil, err
	}
	if len(offers.Generators)+len(offers.Components) == 0 {
		return problem.List{{Message: "no folder at its root has a generator.yaml or a component.yaml", Hint: "a pack is a module that holds generators or components"}}, nil
	}
	c, err := component.Load(p.FS())
	if err != nil {
		return nil, err
	}
	var problems problem.List
	for _, broken := range c.Broken {
		problems = append(problems, broken...)
	}
	for _, name := range offers.Generators {
		sub, err := fs.Sub(p.FS(), name)
		if err != nil {
			return nil, fmt.Errorf("read pack: %w", err)
		}
		if _, err := generate.Load(sub, name); !problems.Take(err) {
			return nil, err
		}
	}
	for path := range p.Files {
		folder, rest, _ := strings.Cut(path, "/")
		payload, to, _ := strings.Cut(rest, "/")
		if to == "" || !strings.HasPrefix(payload, "_") || !slices.Contains(offers.Components, folder) {
			continue
		}
		if err := generate.Writable(strings.TrimSuffix(to, ".tmpl")); err != nil {
			problems.Add(path, "%v", err)
		}
	}
	for _, name := range offers.Components {
		// Not a component of ours, nor the universe: whose pins.json says which modules, with which checksums, services get.
		if _, err := fs.Stat(g.templates(), name); err == nil {
			problems.Add(name, "a folder of that name is built in")
		}
		is, ok := c.Get(name)
		if !ok {
			if c.Broken[name] == nil {
				problems.Add(name, "no name for a component: letters and digits in lower case")
			}
			continue
		}
		// Whoever adds a pack must not find more in the service than what was asked for.
		if is.Kind != component.Extra && is.Kind != component.Part {
			problems.Add(is.File, "kind is %s: a component of a pack is an extra or a part", is.Kind)
		}
		if is.Default != nil {
			problems.Add(is.File, "a component of a pack comes when it is asked for: it has no default")
		}
	}
	return problems.Sorted(), nil
}

// named puts the pack's name before the files that problems are in.
func named(pack string, list problem.List) problem.List {
	for i := range list {
		list[i].Subject = strings.TrimSuffix(pack+"/"+list[i].Subject, "/")
	}
	return list
}
