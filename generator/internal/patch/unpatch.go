package patch

import (
	"bytes"
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/lock"
)

// Undone is what a file was before a patch.
type Undone struct {
	Was    []byte
	Edited bool   // the file was edited since, and our part was taken out by syntax
	Line   int    // in an edited file: the line of Was where our handler was put around theirs; 0 if it was not in this file
	Why    string // what is in the way where our part cannot be told from theirs; Was is nil then
}

// Unpatch gives a file back as it was before p.
func Unpatch(data []byte, p lock.Patch) Undone {
	text, crlf := unix(data)
	if lock.Digest(data) == p.After {
		if original, ok := backward(text, p.Edits); ok {
			original = withEndings(original, crlf)
			if lock.Digest(original) == p.Before {
				return Undone{Was: original}
			}
		}
	}
	original, at, why := unsplice(text, p)
	if why != "" {
		return Undone{Edited: true, Why: why}
	}
	u := Undone{Was: withEndings(original, crlf), Edited: true}
	if at >= 0 {
		u.Line = bytes.Count(original[:min(at, len(original))], []byte("\n")) + 1
	}
	return u
}

func withEndings(text []byte, crlf bool) []byte {
	if crlf {
		return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}
	return text
}

// unsplice takes our part out of a file that a person has edited since. at is where our handler was, -1 if it was not in this file.
func unsplice(text []byte, p lock.Patch) (was []byte, at int, why string) {
	at = -1
	clean := formatted(text)
	// Whole calls that we rewrote come back as they were, if they are still as we wrote them.
	for _, e := range p.Edits {
		if !strings.Contains(e.Old, "(") || !balanced(e.Old) || !balanced(e.New) || bytes.Count(text, []byte(e.New)) != 1 {
			continue
		}
		at = bytes.Index(text, []byte(e.New))
		text = bytes.Replace(text, []byte(e.New), []byte(e.Old), 1)
	}
	f := &source{path: p.File, data: text, module: &Module{Dir: ".", Path: strings.TrimSuffix(p.Guard, "/"+Package)}}
	if !f.parse() {
		return nil, 0, "it is no longer Go: " + f.err.Error()
	}
	e := &editor{survey: &Survey{}, file: f, names: map[string]string{}}
	left, calls := 0, 0
	wasNil := slices.ContainsFunc(p.Edits, func(e lock.Edit) bool { return strings.Contains(e.New, ".DefaultServeMux") })
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if e.unfill(n, p) {
				calls++
				at = f.offset(n.Pos())
				return false
			}
		case *ast.CallExpr:
			if h := f.negroniWrap(n); h != nil {
				at = f.offset(n.Pos())
				calls++
				e.replace(f.offset(n.Pos()), f.offset(h.Pos()), "")
				e.replace(f.offset(h.End()), f.offset(n.End()), "")
				return false
			}
			if f.isGuard(n) && len(n.Args) == 1 {
				calls++
				at = f.offset(n.Pos())
				h := n.Args[0]
				if sel, ok := h.(*ast.SelectorExpr); ok && wasNil && sel.Sel.Name == "DefaultServeMux" && f.imported(sel.X) == "net/http" {
					e.replace(f.offset(n.Pos()), f.offset(n.End()), "nil")
					return false
				}
				e.replace(f.offset(n.Pos()), f.offset(h.Pos()), "")
				e.replace(f.offset(h.End()), f.offset(n.End()), "")
			}
		}
		return true
	})
	if e.takesComment() {
		return nil, 0, "a comment stands inside our part, and would go with it"
	}
	if calls > 1 {
		return nil, 0, fmt.Sprintf("it calls guard.Handler %d times, and one call is ours", calls)
	}
	at = moved(at, e.edits)
	text = apply(text, e.edits)
	f = &source{path: p.File, data: text, module: f.module}
	if !f.parse() {
		return nil, 0, "our part of it cannot be told from yours"
	}
	e = &editor{survey: &Survey{}, file: f}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && f.imported(sel.X) == p.Guard {
			left++
		}
		return true
	})
	if left > 0 {
		return nil, 0, fmt.Sprintf("it uses %s in %d more places; take those out", p.Guard, left)
	}
	for _, spec := range f.syntax.Imports {
		if path := importOf(spec); path == p.Guard || f.addedByUs(p, spec) && !f.uses(path) {
			e.dropImport(spec)
		}
	}
	if e.takesComment() {
		return nil, 0, "a comment stands inside our part, and would go with it"
	}
	at = moved(at, e.edits)
	text = closed(apply(text, e.edits), p)
	if clean && !formatted(text) {
		if pretty, ok := pretty(text); ok {
			text = pretty
		}
	}
	return text, at, ""
}

// takesComment reports whether an edit removes a comment. None of ours has one.
func (e *editor) takesComment() bool {
	return slices.ContainsFunc(e.edits, func(each edit) bool {
		gone := e.file.data[each.start:each.end]
		return bytes.Contains(gone, []byte("//")) || bytes.Contains(gone, []byte("/*"))
	})
}

// moved is where an offset is after edits that end before it.
func moved(at int, edits []edit) int {
	to := at
	for _, e := range edits {
		if at >= 0 && e.end <= at {
			to += len(e.text) - (e.end - e.start)
		}
	}
	return to
}

// balanced reports whether a text closes what it opens: half a call, as a reformatted line can be, is no whole to put back.
func balanced(text string) bool {
	for _, pair := range []string{"()", "{}", "[]"} {
		if strings.Count(text, pair[:1]) != strings.Count(text, pair[1:]) {
			return false
		}
	}
	return true
}

// closed turns an import block that we opened around the file's one import back.
func closed(text []byte, p lock.Patch) []byte {
	opened := slices.ContainsFunc(p.Edits, func(e lock.Edit) bool {
		return strings.HasPrefix(e.New, "(\n") || strings.HasPrefix(e.New, "import (\n") && strings.HasPrefix(e.Old, "import \"")
	})
	f := &source{path: p.File, data: text}
	if !opened || !f.parse() || len(f.syntax.Imports) != 1 {
		return text
	}
	e := &editor{file: f}
	g := f.syntax.Decls[0].(*ast.GenDecl)
	if !g.Lparen.IsValid() || strings.Contains(f.text(g), "//") || strings.Contains(f.text(g), "/*") {
		return text
	}
	e.replace(f.offset(g.Lparen), f.offset(g.End()), f.text(g.Specs[0]))
	return apply(text, e.edits)
}

// addedByUs reports whether one of our edits brought the import.
func (f *source) addedByUs(p lock.Patch, spec *ast.ImportSpec) bool {
	for _, e := range p.Edits {
		if strings.Contains(e.New, spec.Path.Value) && !strings.Contains(e.Old, spec.Path.Value) {
			return true
		}
	}
	return false
}

// uses reports whether the file uses an import.
func (f *source) uses(path string) bool {
	found := false
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && f.imported(sel.X) == path {
			found = true
		}
		return !found
	})
	return found
}

// dropImport removes an import, with its line where it has one of its own, and with the empty line of a group that is empty then.
func (e *editor) dropImport(spec *ast.ImportSpec) {
	f := e.file
	for _, d := range f.syntax.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || len(g.Specs) == 0 || spec.Pos() < g.Pos() || spec.End() > g.End() {
			continue
		}
		start, end := f.offset(spec.Pos()), f.offset(spec.End())
		if !g.Lparen.IsValid() || len(g.Specs) == 1 {
			start, end = f.offset(g.Pos()), f.offset(g.End())
		}
		start, end = lineStart(f.data, start), lineEnd(f.data, end)
		above, below := lineStart(f.data, max(0, start-1)), lineEnd(f.data, end)
		emptyAbove := start > 0 && len(bytes.TrimSpace(f.data[above:start])) == 0
		next := string(bytes.TrimSpace(f.data[end:below]))
		if emptyAbove && (next == "" || next == ")") {
			start = above
		}
		e.replace(start, end, "")
		return
	}
}

// unfill removes the fields of an http.Server that have our package's values, and reports whether Handler is one of them: it is where the
// literal named none before.
func (e *editor) unfill(l *ast.CompositeLit, p lock.Patch) (handler bool) {
	f := e.file
	if f.typeOf(l.Type) != httpServer {
		return false
	}
	absent := slices.ContainsFunc(p.Edits, func(e lock.Edit) bool {
		return strings.Contains(e.New, "Handler:") && strings.Contains(e.New, ".DefaultServeMux") && !strings.Contains(e.Old, "Handler:") && !strings.Contains(e.Old, "(")
	})
	for i, el := range l.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch key, _ := kv.Key.(*ast.Ident); {
		case key != nil && key.Name == "Handler" && absent && f.isGuard(kv.Value):
			handler = true
		default:
			if sel, ok := kv.Value.(*ast.SelectorExpr); !ok || f.imported(sel.X) != f.guard() {
				continue
			}
		}
		start, end := f.offset(el.Pos()), f.offset(el.End())
		comma := len(f.data[end:]) - len(bytes.TrimLeft(f.data[end:], " \t"))
		switch {
		case f.ownLine(el):
			start, end = lineStart(f.data, start), lineEnd(f.data, end)
		case end+comma < len(f.data) && f.data[end+comma] == ',':
			end += comma + 1
		case i > 0:
			start = f.offset(l.Elts[i-1].End())
		}
		e.replace(start, end, "")
	}
	return handler
}

// ownLine reports whether nothing but a comma stands beside n on its lines.
func (f *source) ownLine(n ast.Node) bool {
	start, end := f.offset(n.Pos()), f.offset(n.End())
	before := f.data[lineStart(f.data, start):start]
	after := f.data[end:lineEnd(f.data, end)]
	return len(bytes.TrimSpace(before)) == 0 && string(bytes.TrimSpace(after)) == ","
}

// negroniWrap reads negroni.New(negroni.Wrap(guard.Handler(h))), and returns h.
func (f *source) negroniWrap(n *ast.CallExpr) ast.Expr {
	inner := func(x ast.Expr, name string) ast.Expr {
		call, ok := x.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return nil
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != name || unversioned(f.imported(sel.X)) != negroniApp.path {
			return nil
		}
		return call.Args[0]
	}
	x := inner(n, "New")
	if x != nil {
		x = inner(x, "Wrap")
	}
	if x == nil || !f.isGuard(x) {
		return nil
	}
	return x.(*ast.CallExpr).Args[0]
}
