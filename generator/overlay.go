package generator

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/source"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// For is g with the components of a project's packs, if the project has one of them or one is named. Otherwise no pack is looked at:
// what does not need a pack works without it.
func (g *Generator) For(repo Repo, names []string, packs func() ([]*source.Pack, error)) (*Generator, error) {
	asked, err := g.asked(repo)
	if err != nil {
		return nil, err
	}
	names = slices.Concat(names, asked)
	unknown := slices.ContainsFunc(names, func(name string) bool {
		_, known := g.Catalog.Get(name)
		return !known && g.Catalog.Broken[name] == nil
	})
	if !unknown {
		return g, nil
	}
	all, err := packs()
	if err != nil {
		return nil, err
	}
	return g.With(all)
}

// asked lists the extras that hardwright.yaml asks for.
func (g *Generator) asked(repo Repo) ([]string, error) {
	files, err := repo.Read(spec.Path)
	if err != nil {
		return nil, err
	}
	src, there := files[spec.Path]
	if !there {
		return nil, nil
	}
	s, err := spec.Parse(spec.Path, src.Data)
	if err != nil {
		return nil, err
	}
	return s.With, nil
}

// With is g with the components of packs on offer too. None of them can take the place of one of ours, or of another pack's.
func (g *Generator) With(packs []*source.Pack) (*Generator, error) {
	o := overlay{under: g.Catalog.FS, over: map[string]fs.FS{}}
	from := map[string]string{}
	var problems problem.List
	for _, p := range packs {
		offers, err := Offered(p.FS())
		if err != nil {
			return nil, err
		}
		if len(offers.Components) == 0 {
			continue
		}
		wrong, err := g.CheckPack(p) // it may have been pinned by a program that knew less
		if err != nil {
			return nil, err
		}
		problems = append(problems, named(p.Version.String(), wrong)...)
		for _, name := range offers.Components {
			if from[name] != "" {
				problems.Add(p.Version.String(), "its component %s has the name of one in %s", name, from[name])
			}
			from[name] = p.Version.String()
			o.over[name] = p.FS()
		}
	}
	if len(problems) > 0 {
		return nil, problems.Sorted()
	}
	if len(o.over) == 0 {
		return g, nil
	}
	c, err := component.Load(o)
	if err != nil {
		return nil, err
	}
	return &Generator{Catalog: c, Unpinned: g.Unpinned, own: g.Catalog.FS, packs: from}, nil
}

// PackOf names the pack that a component comes from, as path@version; it is empty for ours.
func (g *Generator) PackOf(component string) string { return g.packs[component] }

// templates are the templates without those of packs: they have a digest of their own.
func (g *Generator) templates() fs.FS {
	if g.own != nil {
		return g.own
	}
	return g.Catalog.FS
}

// overlay shows the folders of components of packs among ours.
type overlay struct {
	under fs.FS
	over  map[string]fs.FS // folder → the pack that holds it
}

func (o overlay) at(name string) fs.FS {
	first, _, _ := strings.Cut(name, "/")
	if p, ok := o.over[first]; ok {
		return p
	}
	return o.under
}

func (o overlay) Open(name string) (fs.File, error) { return o.at(name).Open(name) }

func (o overlay) ReadFile(name string) ([]byte, error) { return fs.ReadFile(o.at(name), name) }

// ReadDir lists a folder, sorted.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.at(name), name)
	if err != nil || name != "." {
		return all, err
	}
	for _, folder := range slices.Sorted(maps.Keys(o.over)) {
		info, err := fs.Stat(o.over[folder], folder)
		if err != nil {
			return nil, fmt.Errorf("read pack: %w", err)
		}
		all = append(all, fs.FileInfoToDirEntry(info))
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}
