package patch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"path"
	"slices"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"

	"github.com/hardwright/hardwright/generator/internal/lock"
)

// A Change says what to do to a server.
type Change struct {
	Wrap    bool     // put guard.Handler around its handler
	Fields  []string // fields of http.Server that get our package's constant of the same name, where they are not set
	Lasting bool     // it has answers that last: a write timeout would cut them off
}

// A Result is what a change comes to.
type Result struct {
	Patches []lock.Patch
	Files   map[string][]byte // path → the file as it is to be
	Helper  []byte            // the file of that name, where the splice needs it; nil elsewhere
	Notes   []string
}

// Patch makes the change. Files that need none are not in the result.
func (s *Survey) Patch(sv *Server, c Change) (*Result, error) {
	r := &Result{Files: map[string][]byte{}}
	edits := map[*source]*editor{}
	in := func(f *source) *editor {
		if edits[f] == nil {
			edits[f] = &editor{survey: s, file: f, names: map[string]string{}}
		}
		return edits[f]
	}
	if err := s.splice(sv, c, in, r); err != nil {
		return nil, err
	}
	for f, e := range edits {
		if len(e.edits) == 0 { // an import alone is never added
			continue
		}
		p, data, err := e.finish()
		if err != nil {
			return nil, err
		}
		p.Server = s.Name(sv)
		r.Patches = append(r.Patches, p)
		r.Files[f.path] = data
	}
	slices.SortFunc(r.Patches, func(a, b lock.Patch) int { return strings.Compare(a.File, b.File) })
	return r, nil
}

func (s *Survey) splice(sv *Server, c Change, in func(*source) *editor, r *Result) error {
	e := in(sv.file)
	if len(c.Fields) > 0 && (sv.literal == nil || sv.literal.file.module != sv.Module) && (sv.shape == field || sv.shape == inner || sv.shape == function && e.http(sv) == "") {
		return refusal("where "+sv.Place()+" gets its http.Server is not clear, so that no timeout can be set", "set them by hand where the server is made: "+strings.Join(c.Fields, ", "), sv.Sighting)
	}
	switch sv.shape {
	case function:
		if len(c.Fields) > 0 {
			return e.serverFromCall(sv, c, sv.call.Fun.(*ast.SelectorExpr).Sel.Name, sv.call.Args)
		}
		if c.Wrap {
			e.wrap(sv)
		}
	case gin:
		return e.gin(sv, c, r)
	case echo:
		return e.echo(sv, c, r)
	case negroni:
		return e.negroni(sv, c, r)
	case absent:
		var elements []string
		if c.Wrap {
			elements = append(elements, "Handler: "+e.handler(sv, c))
		}
		if len(c.Fields) > 0 {
			elements = append(elements, e.values(sv.missing(c))...)
		}
		e.addField(sv.literal.node, elements...)
	default:
		if c.Wrap {
			e.wrap(sv)
		}
		if len(c.Fields) > 0 {
			there := in(sv.literal.file)
			there.addField(sv.literal.node, there.values(sv.missing(c))...)
		}
	}
	return nil
}

// missing are the fields that the server lacks. A write timeout is left out where answers last.
func (sv *Server) missing(c Change) []string {
	var out []string
	for _, name := range fields {
		if slices.Contains(c.Fields, name) && !sv.sets(name) && (name != "WriteTimeout" || !c.Lasting) {
			out = append(out, name)
		}
	}
	return out
}

// sets reports whether the code gives the field a value.
func (sv *Server) sets(name string) bool {
	return slices.Contains(sv.set, name) || sv.literal != nil && elementOf(sv.literal.node, name) != nil
}

// Timeouts are the fields among names that the code sets, and those that it does not.
func (sv *Server) Timeouts(names []string) (set, lacking []string) {
	for _, name := range fields {
		switch {
		case !slices.Contains(names, name):
		case sv.sets(name):
			set = append(set, name)
		default:
			lacking = append(lacking, name)
		}
	}
	return set, lacking
}

// Literal is where the fields of the server stand, if that is known.
func (sv *Server) Literal() Sighting {
	if sv.literal == nil {
		return sv.Sighting
	}
	return sv.literal.file.sighting(sv.literal.node)
}

// An editor collects the edits of one file.
type editor struct {
	survey *Survey
	file   *source
	edits  []edit
	names  map[string]string // import path → the name it has in this file

	// The file's one import, where it becomes a block.
	opened          map[string]string // import path → its line
	openAt, openEnd int
	openHave        string
}

// An edit replaces the bytes from start to end. Its new lines end in LF.
type edit struct {
	start, end int
	text       string
}

func (e *editor) replace(start, end int, text string) {
	e.edits = append(e.edits, edit{start, end, text})
}

// guard is the name of our package in the file, which imports it from now on.
func (e *editor) guard() string { return e.use(e.file.guard(), "guard", "hwguard") }

// use makes sure that the file imports p, and returns the name it has there.
func (e *editor) use(p string, preferred ...string) string {
	if name := e.names[p]; name != "" {
		return name
	}
	for _, name := range preferred {
		if e.file.imports[name] == p && !e.declared(name) {
			e.names[p] = name
			return name
		}
	}
	for name, imported := range e.file.imports {
		if imported == p && name != "_" && name != "." && !e.declared(name) {
			e.names[p] = name
			return name
		}
	}
	names := preferred
	for i := 2; i < 100; i++ {
		names = append(names, fmt.Sprintf("%s%d", preferred[len(preferred)-1], i))
	}
	for _, name := range names {
		if e.file.imports[name] == "" && !e.declared(name) {
			e.names[p] = name
			e.addImport(p, name)
			return name
		}
	}
	panic("patch: no free name for " + p)
}

// declared reports whether name means something else in the file: an import would hide it, or be hidden.
func (e *editor) declared(name string) bool {
	taken := false
	selected := map[*ast.Ident]bool{}
	ast.Inspect(e.file.syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			selected[n.Sel] = true
		case *ast.Ident:
			if n.Name == name && !selected[n] && n != e.file.syntax.Name && (n.Obj != nil || e.file.imports[name] == "") {
				taken = true
			}
		}
		return !taken
	})
	if taken {
		return true
	}
	for _, f := range e.survey.dirs[path.Dir(e.file.path)] {
		if f != e.file && f.packageName == e.file.packageName && f.contains(name) && f.parse() && f.syntax.Scope.Lookup(name) != nil {
			return true
		}
	}
	return false
}

// http is the name of net/http in a call of it, or "".
func (e *editor) http(sv *Server) string {
	if sv.shape != function {
		return ""
	}
	sel, ok := sv.call.Fun.(*ast.SelectorExpr)
	if !ok || e.file.imported(sel.X) != "net/http" {
		return ""
	}
	return e.file.text(sel.X)
}

// handler is the text of what the server is to be given.
func (e *editor) handler(sv *Server, c Change) string {
	text := e.handlerText(sv)
	if !c.Wrap {
		return text
	}
	if sv.handler == nil || isNil(sv.handler) {
		text = e.useHTTP() + ".DefaultServeMux"
	}
	return e.guard() + ".Handler(" + text + ")"
}

func (e *editor) handlerText(sv *Server) string {
	if sv.handler == nil {
		return "nil"
	}
	return e.file.text(sv.handler)
}

func (e *editor) useHTTP() string { return e.use("net/http", "http", "nethttp") }

// wrap puts guard.Handler around the handler, and touches nothing else.
func (e *editor) wrap(sv *Server) {
	f := e.file
	from, to := f.offset(sv.handler.Pos()), f.offset(sv.handler.End())
	if isNil(sv.handler) {
		e.replace(from, to, e.handler(sv, Change{Wrap: true}))
		return
	}
	e.replace(from, from, e.guard()+".Handler(")
	e.replace(to, to, ")")
}

// values are fields with the value of our package.
func (e *editor) values(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, name+": "+e.guard()+"."+name)
	}
	return out
}

// addField adds elements at a literal's end, on lines of their own where the literal has such.
func (e *editor) addField(l *ast.CompositeLit, elements ...string) {
	if len(elements) == 0 {
		return
	}
	f := e.file
	end := f.offset(l.Rbrace)
	indent := indentation(f.data, f.offset(l.Pos()))
	lines := "\n" + indent + "\t" + strings.Join(elements, ",\n"+indent+"\t") + ",\n" + indent
	if len(l.Elts) == 0 {
		at := f.offset(l.Lbrace) + 1
		if len(elements) == 1 {
			lines = elements[0]
		}
		e.replace(at, at, lines)
		return
	}
	last := l.Elts[len(l.Elts)-1]
	if f.line(last.End()) == f.line(l.Rbrace) {
		at := f.offset(last.End())
		if len(elements) == 1 {
			lines = " " + elements[0]
		}
		e.replace(at, at, ","+lines)
		return
	}
	start := lineStart(f.data, end)
	if strings.TrimSpace(string(f.data[start:end])) != "" { // a comment stands before the brace
		start = end
	}
	indent = indentation(f.data, f.offset(last.Pos()))
	e.replace(start, start, indent+strings.Join(elements, ",\n"+indent)+",\n")
}

func lineStart(data []byte, at int) int { return bytes.LastIndexByte(data[:at], '\n') + 1 }

func indentation(data []byte, at int) string {
	line := data[lineStart(data, at):at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// serverFromCall turns a call that makes an http.Server by itself into one whose fields can be set: the functions of net/http have no
// parameter for a timeout.
func (e *editor) serverFromCall(sv *Server, c Change, start string, args []ast.Expr) error {
	if commented(e.file, sv.call, args) {
		return refusal("comments stand between the arguments, and would be lost", "move them", sv.Sighting)
	}
	text := func(i int) string { return e.file.text(args[i]) }
	h := e.handler(sv, c)
	var elements [][2]string
	var then string
	switch start {
	case "ListenAndServe":
		elements, then = [][2]string{{"Addr", text(0)}, {"Handler", h}}, "ListenAndServe()"
	case "ListenAndServeTLS":
		elements, then = [][2]string{{"Addr", text(0)}, {"Handler", h}}, "ListenAndServeTLS("+text(1)+", "+text(2)+")"
	case "Serve":
		elements, then = [][2]string{{"Handler", h}}, "Serve("+text(0)+")"
	case "ServeTLS":
		elements, then = [][2]string{{"Handler", h}}, "ServeTLS("+text(0)+", "+text(2)+", "+text(3)+")"
	}
	e.replace(e.file.offset(sv.call.Pos()), e.file.offset(sv.call.End()), e.literal(sv, c, elements)+"."+then)
	return nil
}

// literal writes an http.Server as gofmt would, at the place of the call.
func (e *editor) literal(sv *Server, c Change, elements [][2]string) string {
	for _, name := range sv.missing(c) {
		elements = append(elements, [2]string{name, e.guard() + "." + name})
	}
	name := e.http(sv)
	if name == "" {
		name = e.useHTTP()
	}
	indent := indentation(e.file.data, e.file.offset(sv.call.Pos()))
	width := 0
	for _, el := range elements {
		width = max(width, len(el[0]))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "(&%s.Server{\n", name)
	for _, el := range elements {
		fmt.Fprintf(&b, "%s\t%s:%s%s,\n", indent, el[0], strings.Repeat(" ", width-len(el[0])+1), el[1])
	}
	b.WriteString(indent + "})")
	return b.String()
}

// commented reports whether a comment stands in the call, outside its arguments.
func commented(f *source, call *ast.CallExpr, args []ast.Expr) bool {
	at := f.offset(call.Fun.End())
	for _, a := range args {
		if gap := f.data[at:f.offset(a.Pos())]; bytes.Contains(gap, []byte("//")) || bytes.Contains(gap, []byte("/*")) {
			return true
		}
		at = f.offset(a.End())
	}
	gap := f.data[at:f.offset(call.End())]
	return bytes.Contains(gap, []byte("//")) || bytes.Contains(gap, []byte("/*"))
}

// finish applies the edits, and tells the lock about them.
func (e *editor) finish() (lock.Patch, []byte, error) {
	f := e.file
	e.writeOpened()
	slices.SortStableFunc(e.edits, func(a, b edit) int { return a.start - b.start })
	text, crlf := unix(f.data)
	p := lock.Patch{File: f.path, Guard: f.guard(), Before: lock.Digest(f.data)}
	for _, each := range e.edits {
		old, new := string(f.data[each.start:each.end]), each.text
		start := each.start
		if crlf {
			start -= bytes.Count(f.data[:each.start], []byte("\r\n"))
			old = strings.ReplaceAll(old, "\r\n", "\n")
			new = strings.ReplaceAll(new, "\r\n", "\n")
		} else if above := f.data[:lineStart(f.data, each.start)]; bytes.HasSuffix(above, []byte("\r\n")) && !strings.Contains(new, "\r\n") {
			new = strings.ReplaceAll(new, "\n", "\r\n") // line endings are mixed: take that of the line above
		}
		if n := len(p.Edits); n > 0 && p.Edits[n-1].Offset+len(p.Edits[n-1].Old) == start {
			p.Edits[n-1].Old += old
			p.Edits[n-1].New += new
			continue
		}
		p.Edits = append(p.Edits, lock.Edit{Offset: start, Old: old, New: new})
	}
	patched, ok := forward(text, p.Edits)
	if !ok {
		panic("patch: edits of " + f.path + " overlap")
	}
	if formatted(text) && !formatted(patched) {
		pretty, err := format.Source(patched)
		if err != nil {
			return p, nil, fmt.Errorf("patch %s: %w", f.path, err)
		}
		patched = pretty
		p.Edits = nil
		for _, d := range udiff.Lines(string(text), string(pretty)) {
			p.Edits = append(p.Edits, lock.Edit{Offset: d.Start, Old: string(text[d.Start:d.End]), New: d.New})
		}
	}
	patched = withEndings(patched, crlf)
	p.After = lock.Digest(patched)
	return p, patched, nil
}

// unix is data with LF, if every line of it ends in CR LF.
func unix(data []byte) (text []byte, crlf bool) {
	if n := bytes.Count(data, []byte("\n")); n == 0 || n != bytes.Count(data, []byte("\r\n")) {
		return data, false
	}
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), true
}

func formatted(src []byte) bool {
	pretty, err := format.Source(src)
	return err == nil && bytes.Equal(pretty, src)
}

// forward applies edits. It reports false if text is not what they were made for.
func forward(text []byte, edits []lock.Edit) ([]byte, bool) {
	var out []byte
	at := 0
	for _, e := range edits {
		if e.Offset < at || e.Offset+len(e.Old) > len(text) || string(text[e.Offset:e.Offset+len(e.Old)]) != e.Old {
			return nil, false
		}
		out = append(out, text[at:e.Offset]...)
		out = append(out, e.New...)
		at = e.Offset + len(e.Old)
	}
	return append(out, text[at:]...), true
}

// backward undoes edits. It reports false if text is not what they left.
func backward(text []byte, edits []lock.Edit) ([]byte, bool) {
	shift := 0
	reverse := make([]lock.Edit, 0, len(edits))
	for _, e := range edits {
		reverse = append(reverse, lock.Edit{Offset: e.Offset + shift, Old: e.New, New: e.Old})
		shift += len(e.New) - len(e.Old)
	}
	return forward(text, reverse)
}

// apply makes edits. Only what is taken out may overlap.
func apply(text []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(out, text[at:max(at, e.start)]...)
		out = append(out, e.text...)
		at = max(at, e.end)
	}
	return append(out, text[at:]...)
}

func pretty(src []byte) ([]byte, bool) {
	out, err := format.Source(src)
	return out, err == nil
}
