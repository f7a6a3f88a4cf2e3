package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// Version is the engine's version; the lock of every project names it.
const Version = "0.1.0"

// A Generator makes services from one set of templates.
type Generator struct{ Catalog *component.Catalog }

// From reads the templates in fsys.
func From(fsys fs.FS) (*Generator, error) {
	c, err := component.Load(fsys)
	if err != nil {
		return nil, err
	}
	return &Generator{Catalog: c}, nil
}

// New plans a new service. existing is what the target holds already.
func (g *Generator) New(want spec.Spec, existing tree.Tree) (*plan.Plan, *component.Selection, error) {
	sel, err := g.Catalog.Resolve(want)
	if err != nil {
		return nil, nil, err
	}
	files, err := render.Service(g.Catalog, sel)
	if err != nil {
		return nil, nil, err
	}
	addModules(files, sel)
	digest, err := Digest(g.Catalog.FS)
	if err != nil {
		return nil, nil, err
	}
	l := lock.Lock{Engine: Version, Templates: digest}
	for _, c := range sel.Components {
		l.Components = append(l.Components, c.Name)
	}
	return plan.New(plan.Source{Spec: sel.Spec, Files: files, Lock: l, Existing: existing}), sel, nil
}

// addModules writes go.mod.
func addModules(files map[string]render.File, sel *component.Selection) {
	mod := fmt.Sprintf("module %s\n\ngo %s\n", sel.Spec.Module, sel.GoVersion())
	files["go.mod"] = render.File{Data: []byte(mod), Mode: 0o644, Owner: plan.Engine, Class: render.Managed}
}

// thirdParty lists the packages of other modules that the Go files import, sorted.
func thirdParty(files map[string]render.File, self string) []string {
	found := map[string]bool{}
	for p, f := range files {
		if !strings.HasSuffix(p, ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", f.Data, parser.ImportsOnly)
		if err != nil {
			continue // render has reported it
		}
		for _, s := range file.Imports {
			name, err := strconv.Unquote(s.Path.Value)
			first, _, _ := strings.Cut(name, "/")
			if err == nil && strings.Contains(first, ".") && name != self && !strings.HasPrefix(name, self+"/") {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Digest names a template set by its bytes.
func Digest(fsys fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(p, "/testdata/") {
			return err
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
