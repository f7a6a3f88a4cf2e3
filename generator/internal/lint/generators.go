package lint

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/generate"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

// Generators judges every folder of fsys that holds a generator; where is how a person finds fsys. The catalog has the components that
// conditions are about. What is embedded in the program has no cases to judge.
func Generators(fsys fs.FS, where string, c *component.Catalog, cases bool) (problem.List, error) {
	var out problem.List
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		sub, err := fs.Sub(fsys, e.Name())
		if err != nil {
			return nil, err
		}
		g, err := generate.Load(sub, path.Join(where, e.Name()))
		switch {
		case errors.Is(err, generate.ErrNone):
		case !out.Take(err):
			return nil, err
		case err == nil:
			out = append(out, Generator(g, c, cases)...)
		}
	}
	return out.Sorted(), nil
}

// Generator judges one generator that was read.
func Generator(g *generate.Generator, c *component.Catalog, cases bool) problem.List {
	l := &linter{catalog: c}
	payload := g.Payload()
	for _, p := range slices.Sorted(maps.Keys(payload)) {
		if strings.HasSuffix(p, ".go") {
			l.goFile(path.Join(g.Where, "_files", p), payload[p])
		}
	}
	return append(l.problems, g.Check(c, cases)...).Sorted()
}
