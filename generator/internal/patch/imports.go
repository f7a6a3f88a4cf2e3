package patch

import (
	"cmp"
	"go/ast"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// addImport adds an import where it belongs: into the group of imports that is most like it, in order; else as a group of its own.
func (e *editor) addImport(p, name string) {
	f := e.file
	spec := strconv.Quote(p)
	if name != packageOf(p) {
		spec = name + " " + spec
	}
	var block, only, last *ast.GenDecl // block is the last in parentheses, with specs on lines of their own
	n := 0
	for _, d := range f.syntax.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			break
		}
		if g.Lparen.IsValid() && len(g.Specs) > 0 && f.spread(g) {
			block = g
		}
		last, only = g, g
		n++
	}
	switch {
	case block != nil:
		e.addSpec(block, p, spec)
	case n == 1 && !only.Lparen.IsValid() && importOf(only.Specs[0].(*ast.ImportSpec)) != "C":
		e.open(only, p, spec)
	case last != nil:
		at := lineEnd(f.data, f.offset(last.End()))
		e.replace(at, at, "import "+spec+"\n")
	default:
		at := lineEnd(f.data, f.offset(f.syntax.Name.End()))
		e.replace(at, at, "\nimport "+spec+"\n")
	}
}

// open turns the file's one import into a block.
func (e *editor) open(g *ast.GenDecl, p, spec string) {
	f := e.file
	have := g.Specs[0].(*ast.ImportSpec)
	if e.opened == nil {
		e.opened = map[string]string{}
	}
	e.opened[p] = spec
	e.openAt, e.openEnd = f.offset(have.Pos()), f.offset(have.End())
	e.openHave = importOf(have)
}

// writeOpened writes the block, when all imports are known: in groups, the standard library's first and the module's own last.
func (e *editor) writeOpened() {
	if len(e.opened) == 0 {
		return
	}
	rank := func(p string) int {
		switch {
		case standard(p):
			return 0
		case e.file.own(p):
			return 2
		}
		return 1
	}
	paths := append(slices.Collect(maps.Keys(e.opened)), e.openHave)
	slices.SortFunc(paths, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b)) })
	before, after := "(\n", ""
	text := &before
	for i, p := range paths {
		if i > 0 && rank(paths[i-1]) != rank(p) {
			*text += "\n"
		}
		*text += "\t"
		if p == e.openHave {
			text = &after
		} else {
			*text += e.opened[p]
		}
		*text += "\n"
	}
	e.replace(e.openAt, e.openAt, before)
	e.replace(e.openEnd, e.openEnd, after+")")
}

// spread reports whether each import of g stands on lines of its own.
func (f *source) spread(g *ast.GenDecl) bool {
	line := f.line(g.Lparen)
	for _, s := range g.Specs {
		if f.line(s.Pos()) == line {
			return false
		}
		line = f.line(s.End())
	}
	return f.line(g.Rparen) != line
}

// addSpec adds a line to an import block.
func (e *editor) addSpec(g *ast.GenDecl, p, spec string) {
	f := e.file
	groups := f.groups(g)
	best, similarity := -1, 0
	for i, group := range groups {
		for _, s := range group {
			if n := e.alike(p, importOf(s)); n > similarity {
				best, similarity = i, n
			}
		}
	}
	if best < 0 {
		e.addGroup(g, groups, p, spec)
		return
	}
	group := groups[best]
	indent := indentation(f.data, f.offset(group[0].Pos()))
	for i, s := range group {
		if importOf(s) > p && (i == 0 || importOf(group[i-1]) < p) {
			at := f.above(s)
			e.replace(at, at, indent+spec+"\n")
			return
		}
	}
	at := lineEnd(f.data, f.offset(group[len(group)-1].End()))
	e.replace(at, at, indent+spec+"\n")
}

// addGroup adds a group: the standard library's first, ours last.
func (e *editor) addGroup(g *ast.GenDecl, groups [][]*ast.ImportSpec, p, spec string) {
	f := e.file
	indent := indentation(f.data, f.offset(groups[0][0].Pos()))
	if standard(p) {
		at := f.above(groups[0][0])
		e.replace(at, at, indent+spec+"\n\n")
		return
	}
	last := groups[len(groups)-1]
	at := lineEnd(f.data, f.offset(last[len(last)-1].End()))
	e.replace(at, at, "\n"+indent+spec+"\n")
}

// groups are the runs of imports without an empty line between.
func (f *source) groups(g *ast.GenDecl) [][]*ast.ImportSpec {
	var out [][]*ast.ImportSpec
	for i, s := range g.Specs {
		s := s.(*ast.ImportSpec)
		if i == 0 || strings.Contains(blank(f.data[f.offset(g.Specs[i-1].End()):f.offset(s.Pos())]), "\n\n") {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], s)
	}
	return out
}

// blank is data without spaces and carriage returns, so that an empty line is two line feeds.
func blank(data []byte) string {
	return strings.NewReplacer(" ", "", "\t", "", "\r", "").Replace(string(data))
}

// above is the start of the line of an import, or of the comment lines that stand right above it.
func (f *source) above(s *ast.ImportSpec) int {
	at := lineStart(f.data, f.offset(s.Pos()))
	for at > 0 {
		start := lineStart(f.data, at-1)
		if !strings.HasPrefix(strings.TrimSpace(string(f.data[start:at])), "//") {
			break
		}
		at = start
	}
	return at
}

// alike says how much an import of the file is like p: 0 is not at all. Only imports of the same kind are alike: the standard library's, the
// module's own, other modules'.
func (e *editor) alike(p, have string) int {
	switch own := e.file.own; {
	case own(p):
		if !own(have) {
			return 0
		}
	case own(have) || standard(p) != standard(have):
		return 0
	case !standard(p):
		return 1
	}
	n := 1
	a, b := strings.Split(p, "/"), strings.Split(have, "/")
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		n++
	}
	return n
}

// own reports whether p is a package of the file's module.
func (f *source) own(p string) bool {
	return p == f.module.Path || strings.HasPrefix(p, f.module.Path+"/")
}

// standard reports whether p is the standard library's: its first element has no dot.
func standard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".") && !slices.Contains([]string{"C"}, path.Base(p))
}

func importOf(s *ast.ImportSpec) string {
	p, err := strconv.Unquote(s.Path.Value)
	if err != nil {
		return ""
	}
	return p
}

// lineEnd is the start of the line after at; the end of the file is one too.
func lineEnd(data []byte, at int) int {
	for i := at; i < len(data); i++ {
		if data[i] == '\n' {
			return i + 1
		}
	}
	return len(data)
}
