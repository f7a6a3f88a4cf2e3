package lint

import (
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/render"
)

// wiring judges slots and the entries that fill them.
func (l *linter) wiring() {
	owner := map[string]string{}
	for _, c := range l.catalog.All {
		for _, s := range c.Slots {
			if other, taken := owner[s.Name]; taken {
				l.at(c.File, s.Line, "slot %s is declared by %s too", s.Name, other)
			}
			owner[s.Name] = c.Name
		}
	}
	for _, c := range l.catalog.All {
		for _, e := range c.Wiring {
			slot, _, ok := l.catalog.Slot(e.Slot)
			if !ok {
				l.hint("slots: "+strings.Join(slices.Sorted(maps.Keys(owner)), ", "), c.File, e.Line, "unknown slot %q", e.Slot)
				continue
			}
			for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
				kind, known := slot.Fields[name]
				if !known {
					l.hint("fields: "+strings.Join(slices.Sorted(maps.Keys(slot.Fields)), ", "), c.File, e.Line, "slot %s has no field %q", e.Slot, name)
					continue
				}
				l.field(c, e, name, kind)
			}
		}
	}
}

func (l *linter) field(c *component.Component, e component.Entry, name string, kind component.FieldKind) {
	n := e.Fields[name]
	if kind == component.Imports {
		if n.Kind != yaml.SequenceNode {
			l.at(c.File, n.Line, "%s: want a list of import paths", name)
			return
		}
		for _, item := range n.Content {
			l.importPath(c, item)
		}
		return
	}
	if n.Kind != yaml.ScalarNode {
		l.at(c.File, n.Line, "%s: want one value", name)
		return
	}
	switch kind {
	case component.Text:
		if strings.Contains(n.Value, "{{") {
			if p := render.Check(c.File, n.Value); p != nil {
				l.at(c.File, n.Line, "%s: template does not parse: %s", name, p.Message)
			}
		}
	case component.Ident:
		if !token.IsIdentifier(n.Value) {
			l.at(c.File, n.Line, "%s: %q is not a Go identifier", name, n.Value)
		}
	case component.Expr, component.Type:
		if _, err := parser.ParseExpr(n.Value); err != nil {
			what := "expression"
			if kind == component.Type {
				what = "type"
			}
			l.at(c.File, n.Line, "%s: %s does not parse: %s", name, what, n.Value)
		}
	case component.Code:
		if _, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+n.Value+"\n}\n", parser.SkipObjectResolution); err != nil {
			l.at(c.File, n.Line, "%s: statements do not parse: %v", name, err)
		}
	case component.Bool:
		if n.Value != "true" && n.Value != "false" {
			l.at(c.File, n.Line, "%s: %q is neither true nor false", name, n.Value)
		}
	case component.Int:
		if _, err := strconv.Atoi(n.Value); err != nil {
			l.at(c.File, n.Line, "%s: %q is not a whole number", name, n.Value)
		}
	}
}

func (l *linter) importPath(c *component.Component, n *yaml.Node) {
	p := n.Value
	if name, rest, named := strings.Cut(p, " "); named {
		if name != "_" && name != "." && !token.IsIdentifier(name) {
			l.at(c.File, n.Line, "%q is not a name for an import", name)
		}
		p = rest
	}
	if err := module.CheckImportPath(strings.ReplaceAll(p, render.DatabasePlace, "database")); err != nil {
		l.at(c.File, n.Line, "%q is not an import path", p)
	}
}
