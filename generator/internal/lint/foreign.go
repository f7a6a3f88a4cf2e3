package lint

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// goWord is a condition about the go line of a repository.
var goWord = regexp.MustCompile(`^go1[0-9]{2}$`)

// foreign judges what components bring into repositories that hardwright did not write, by the same rules as services, and one more: the code
// imports the standard library alone.
func (l *linter) foreign() {
	fc := l.catalog.Foreign()
	f := &linter{catalog: fc, words: map[string]bool{}, outside: true}
	f.references()
	f.cycles()
	f.wiring()
	f.payloads()
	f.controls()
	for _, facts := range []component.Facts{
		{Module: "corp.example/shop", Go: "1.99", Name: "shop", Main: "cmd/shop"},
		{Module: "shop", Folder: "services/shop", Go: "1.21", Name: "shop", Main: "."},
	} {
		f.problems = append(f.problems, rendersForeign(l.catalog, facts)...)
	}
	l.problems = append(l.problems, f.problems...)
	for _, c := range l.catalog.All {
		_, err := fs.Stat(l.catalog.FS, path.Join(c.Name, component.ForeignPayload))
		if !errors.Is(err, fs.ErrNotExist) && c.Foreign == nil {
			l.at(c.File, 1, "there is a folder %s and no key foreign: nobody would render it", component.ForeignPayload)
		}
	}
}

// rendersForeign renders each component by itself, and all that go with this repository together.
func rendersForeign(c *component.Catalog, facts component.Facts) problem.List {
	var out problem.List
	all := spec.Spec{}
	for _, name := range c.ForeignNames() {
		one := c.ForeignExample(name)
		sel, err := c.ResolveForeign(one, facts)
		if err != nil {
			if facts.Go == "1.99" {
				out.Take(err)
			}
			continue // too old a go line
		}
		result, err := render.Foreign(c, sel)
		if err != nil {
			out.Take(err)
			continue
		}
		if len(result.Imports) > 0 {
			file, _ := c.Get(name)
			out.Add(file.File, "imports %s: what goes into other repositories imports the standard library alone", strings.Join(result.Imports, ", "))
		}
		all = all.Over(one)
	}
	sel, err := c.ResolveForeign(all, facts)
	if err == nil {
		_, err = render.Foreign(c, sel)
	}
	out.Take(err)
	return out
}
