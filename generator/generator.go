package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
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

// Version is the engine's version; the lock of every project names it.
const Version = "0.1.0"

// A Generator makes services from one set of templates.
type Generator struct {
	Catalog *component.Catalog

	// Unpinned lets a service import packages that nothing pins yet: its go.mod then names the chosen versions
	// alone, and needs go mod tidy. It is for people who write components.
	Unpinned bool

	rendered renderings // what was rendered before, for tests that plan thousands of times; nil otherwise

	own   fs.FS             // the templates, where the catalog has components of packs beside them
	packs map[string]string // component → the pack it comes from
}

// From reads the templates in fsys.
func From(fsys fs.FS) (*Generator, error) {
	c, err := component.Load(fsys)
	if err != nil {
		return nil, err
	}
	return &Generator{Catalog: c}, nil
}

// Readme is what the documents of a service say about a component, with orders for the service's name.
func (g *Generator) Readme(c *component.Component) ([]byte, error) {
	return render.Readme(g.Catalog, g.Catalog.Samples(spec.Spec{Name: "orders", Module: "example.com/orders"}), c)
}

// New plans a new service. existing is what the target holds already.
func (g *Generator) New(want spec.Spec, existing tree.Tree) (*plan.Plan, *component.Selection, error) {
	out, sel, err := g.render(want)
	if err != nil {
		return nil, nil, err
	}
	digest, err := Digest(g.templates())
	if err != nil {
		return nil, nil, err
	}
	l := lock.Lock{Engine: Version, Templates: digest, Components: out.Components}
	return plan.New(plan.Source{Spec: sel.Spec, Files: out.Files, Lock: l, Existing: existing}), sel, nil
}

// addModules writes go.mod and go.sum from the pins.
func (g *Generator) addModules(r *render.Result, sel *component.Selection) error {
	put := func(path string, data []byte) {
		if data != nil {
			r.Files[path] = render.File{Data: data, Mode: 0o644, Owner: plan.Engine, Class: render.Managed}
		}
	}
	pins, err := universe.Read(g.Catalog.FS)
	if err != nil {
		return err
	}
	if pins != nil && pins.Modules[sel.Spec.Module] != "" {
		return problem.List{{Subject: "--module", Message: sel.Spec.Module + " is a module that services use", Hint: "choose a path of your own"}}
	}
	if missing := pins.Missing(r.Imports); len(missing) > 0 {
		if from := g.packsOf(sel); from != "" {
			return problem.List{{Subject: from, Message: "nothing pins " + strings.Join(missing, ", "), Hint: PackImports}}
		}
		if !g.Unpinned {
			return fmt.Errorf("nothing pins %s: run go run ./generator/internal/pin", strings.Join(missing, ", "))
		}
		src, err := fs.ReadFile(g.Catalog.FS, universe.VersionsFile)
		if err != nil {
			return fmt.Errorf("read versions: %w", err)
		}
		mod, err := universe.Unpinned(src, sel.Spec.Module, sel.GoVersion(), r.Imports)
		if err != nil {
			return err
		}
		put("go.mod", mod)
		return nil
	}
	put("go.mod", pins.GoMod(sel.Spec.Module, sel.GoVersion(), r.Imports))
	put("go.sum", pins.GoSum(r.Imports))
	return nil
}

// PackImports says what Go of a pack's component may import.
const PackImports = "a component of a pack imports the standard library, the service's own packages, and what components of hardwright import"

// packsOf names the packs that have components in the selection.
func (g *Generator) packsOf(sel *component.Selection) string {
	var out []string
	for _, c := range sel.Components {
		if from := g.packs[c.Name]; from != "" && !slices.Contains(out, from) {
			out = append(out, from)
		}
	}
	return strings.Join(out, ", ")
}

// Digest names a template set by the bytes that rendering reads: the same from the program as from its sources.
func Digest(fsys fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "testdata" && strings.Count(p, "/") == 1:
			return fs.SkipDir
		case d.IsDir() && p != "." && !strings.Contains(p, "/") && isGenerator(fsys, p):
			return fs.SkipDir // what it writes is recorded with a digest of its own
		case d.IsDir(), !strings.Contains(p, "/") && p != component.ControlsFile:
			return nil
		}
		src, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s\x00%d\x00", p, len(src))
		sum.Write(src)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("read templates: %w", err)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}
