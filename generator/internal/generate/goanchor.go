package generate

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/render"
)

// goVerbs are the places in Go that an anchor can name, and what stands behind the verb.
var goVerbs = map[string]*regexp.Regexp{
	"return":  regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$`),
	"body":    regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$`),
	"literal": regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,2}$`),
	"fields":  regexp.MustCompile(`^[A-Za-z_]\w*$`),
	"const":   regexp.MustCompile(`^[A-Za-z_]\w*$`),
	"var":     regexp.MustCompile(`^[A-Za-z_]\w*$`),
	"end":     regexp.MustCompile(`^$`),
}

// checkGoAnchor judges the words of an anchor. The name may be a template.
func checkGoAnchor(s string) error {
	verb, name, _ := strings.Cut(s, " ")
	re, ok := goVerbs[verb]
	if !ok {
		return fmt.Errorf("go: %q begins with none of return, body, literal, fields, const, var, end", s)
	}
	if !strings.Contains(name, "{{") && !re.MatchString(name) {
		return fmt.Errorf("go: %s: %q is not a valid name for it", verb, name)
	}
	return nil
}

// A goFile is a parsed file with the bytes it was parsed from.
type goFile struct {
	src  []byte
	fset *token.FileSet
	file *ast.File
}

func parseGo(src []byte) (*goFile, error) {
	g := &goFile{src: src, fset: token.NewFileSet()}
	var err error
	g.file, err = parser.ParseFile(g.fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	return g, err
}

func (g *goFile) offset(p token.Pos) int { return g.fset.Position(p).Offset }

// findGo finds a place by the syntax tree.
func findGo(src []byte, anchor string) (span, error) {
	if err := checkGoAnchor(anchor); err != nil {
		return span{}, err
	}
	g, err := parseGo(src)
	if err != nil {
		return span{}, fmt.Errorf("it does not parse: %s", firstLine(err))
	}
	verb, name, _ := strings.Cut(anchor, " ")
	switch verb {
	case "return":
		return g.returned(name)
	case "body":
		return g.body(name)
	case "literal":
		return g.literal(name)
	case "fields":
		return g.fields(name)
	case "const", "var":
		return g.group(verb, name)
	}
	s := span{to: len(src), at: len(src), before: "\n"}
	if !bytes.HasSuffix(src, []byte("\n")) {
		s.before = "\n\n"
	}
	return s, nil
}

// function finds a function, or a method as Type.Method.
func (g *goFile) function(name string) (*ast.FuncDecl, error) {
	typ, method, isMethod := strings.Cut(name, ".")
	var found []*ast.FuncDecl
	for _, d := range g.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		if isMethod && f.Name.Name == method && receiver(f) == typ || !isMethod && f.Recv == nil && f.Name.Name == name {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%s functions %s", count(len(found)), name)
	}
	return found[0], nil
}

func count(n int) string {
	if n == 0 {
		return "no"
	}
	return strconv.Itoa(n)
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) != 1 {
		return ""
	}
	t := f.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.ParenExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// returned is the end of the composite literal that a function returns.
func (g *goFile) returned(name string) (span, error) {
	f, err := g.function(name)
	if err != nil {
		return span{}, err
	}
	var found []*ast.CompositeLit
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, r := range n.Results {
				if lit := composite(r); lit != nil {
					found = append(found, lit)
				}
			}
			return false
		}
		return true
	})
	if len(found) != 1 {
		return span{}, fmt.Errorf("%s returns %s composite literals", name, count(len(found)))
	}
	return g.inside(found[0].Lbrace, found[0].Rbrace, found[0].Elts, ","), nil
}

func composite(e ast.Expr) *ast.CompositeLit {
	switch x := e.(type) {
	case *ast.CompositeLit:
		return x
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return composite(x.X)
		}
	case *ast.ParenExpr:
		return composite(x.X)
	}
	return nil
}

// literal is the end of the composite literal that a variable is set to: one of the package, or one of a function.
func (g *goFile) literal(name string) (span, error) {
	var found []*ast.CompositeLit
	take := func(name string, names []ast.Expr, values []ast.Expr) {
		for i, n := range names {
			if id, ok := n.(*ast.Ident); ok && id.Name == name && i < len(values) {
				if lit := composite(values[i]); lit != nil {
					found = append(found, lit)
				}
			}
		}
	}
	idents := func(list []*ast.Ident) []ast.Expr {
		var out []ast.Expr
		for _, id := range list {
			out = append(out, id)
		}
		return out
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		for _, d := range g.file.Decls {
			if gen, ok := d.(*ast.GenDecl); ok {
				for _, s := range gen.Specs {
					if v, ok := s.(*ast.ValueSpec); ok {
						take(name, idents(v.Names), v.Values)
					}
				}
			}
		}
	} else {
		f, err := g.function(name[:dot])
		if err != nil {
			return span{}, err
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				take(name[dot+1:], n.Lhs, n.Rhs)
			case *ast.ValueSpec:
				take(name[dot+1:], idents(n.Names), n.Values)
			}
			return true
		})
	}
	if len(found) != 1 {
		return span{}, fmt.Errorf("%s composite literals are assigned to %s", count(len(found)), name)
	}
	return g.inside(found[0].Lbrace, found[0].Rbrace, found[0].Elts, ","), nil
}

// inside is the end of what stands between two braces, on a line of its own.
func (g *goFile) inside(open, close token.Pos, elements []ast.Expr, comma string) span {
	s := span{from: g.offset(open) + 1, to: g.offset(close)}
	s.at = s.to
	indent := g.indent(close)
	s.indent = indent + "\t"
	begin := g.lineStart(s.to)
	if len(bytes.TrimSpace(g.src[max(begin, s.from):s.to])) == 0 && begin >= s.from {
		s.at = begin // the brace stands alone on its line
		if n := len(elements); n > 0 {
			s.indent = g.indent(elements[n-1].Pos())
			if g.fset.Position(elements[n-1].Pos()).Line == g.fset.Position(open).Line {
				s.indent = indent + "\t"
			}
		}
		return s
	}
	s.before, s.behind = "\n", indent
	if n := len(elements); n > 0 && comma != "" && !bytes.ContainsRune(g.src[g.offset(elements[n-1].End()):s.to], ',') {
		s.before = comma + "\n"
	}
	return s
}

// lineStart is the offset at which the line of an offset begins.
func (g *goFile) lineStart(at int) int { return bytes.LastIndexByte(g.src[:at], '\n') + 1 }

// indent is what the line of a position begins with.
func (g *goFile) indent(p token.Pos) string {
	line := g.src[g.lineStart(g.offset(p)):]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// body is the end of a function's body, before a return that ends it.
func (g *goFile) body(name string) (span, error) {
	f, err := g.function(name)
	if err != nil {
		return span{}, err
	}
	if n := len(f.Body.List); n > 0 {
		if last, ok := f.Body.List[n-1].(*ast.ReturnStmt); ok && g.startsLine(last.Pos()) {
			s := span{from: g.offset(f.Body.Lbrace) + 1, to: g.offset(f.Body.Rbrace), indent: g.indent(last.Pos())}
			s.at = g.lineStart(g.above(last.Pos()))
			return s, nil
		}
		if _, ok := f.Body.List[n-1].(*ast.ReturnStmt); ok {
			return span{}, fmt.Errorf("%s is on one line", name)
		}
	}
	return g.inside(f.Body.Lbrace, f.Body.Rbrace, nil, ""), nil
}

// yours begins the comments that mark where a person's lines go: "Your parts go here."
const yours = "Your "

// above is where the comment begins that is on the lines right above p, or p itself. A comment that marks where lines go is not part of
// what comes after it.
func (g *goFile) above(p token.Pos) int {
	line := g.fset.Position(p).Line
	at := g.offset(p)
	for _, c := range slices.Backward(g.file.Comments) {
		if end := g.fset.Position(c.End()); end.Line == line-1 && g.startsLine(c.Pos()) && !strings.HasPrefix(c.Text(), yours) {
			return g.offset(c.Pos())
		}
	}
	return at
}

// startsLine reports whether nothing but blanks stands before p on its line.
func (g *goFile) startsLine(p token.Pos) bool {
	at := g.offset(p)
	return len(bytes.TrimSpace(g.src[g.lineStart(at):at])) == 0
}

// fields is the end of a struct's fields or an interface's methods.
func (g *goFile) fields(name string) (span, error) {
	var found []*ast.FieldList
	for _, d := range g.file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range gen.Specs {
			t, ok := s.(*ast.TypeSpec)
			if !ok || t.Name.Name != name {
				continue
			}
			switch x := t.Type.(type) {
			case *ast.StructType:
				found = append(found, x.Fields)
			case *ast.InterfaceType:
				found = append(found, x.Methods)
			}
		}
	}
	if len(found) != 1 {
		return span{}, fmt.Errorf("%s types %s are structs or interfaces", count(len(found)), name)
	}
	return g.inside(found[0].Opening, found[0].Closing, nil, ""), nil
}

// group is the end of the parenthesised declaration that holds a name.
func (g *goFile) group(verb, name string) (span, error) {
	tok := token.CONST
	if verb == "var" {
		tok = token.VAR
	}
	for _, d := range g.file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != tok {
			continue
		}
		for _, s := range gen.Specs {
			v, ok := s.(*ast.ValueSpec)
			if !ok || !slices.ContainsFunc(v.Names, func(id *ast.Ident) bool { return id.Name == name }) {
				continue
			}
			if !gen.Lparen.IsValid() {
				return span{}, fmt.Errorf("%s %s is not in parentheses", verb, name)
			}
			return g.inside(gen.Lparen, gen.Rparen, nil, ""), nil
		}
	}
	return span{}, fmt.Errorf("no %s %s", verb, name)
}

func quoteImport(p string) string {
	name, bare, named := strings.Cut(p, " ")
	if !named {
		return strconv.Quote(p)
	}
	return name + " " + strconv.Quote(bare)
}

// addImports adds what is not imported yet, each to the group it belongs to.
func addImports(src []byte, module string, paths []string) ([]byte, error) {
	for _, p := range paths {
		g, err := parseGo(src)
		if err != nil {
			return nil, err
		}
		if src, err = g.addImport(module, p); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func (g *goFile) addImport(module, p string) ([]byte, error) {
	name, bare, named := strings.Cut(p, " ")
	if !named {
		name, bare = "", p
	}
	var block, single *ast.GenDecl
	for _, d := range g.file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		if block == nil && gen.Lparen.IsValid() {
			block = gen
		}
		if !gen.Lparen.IsValid() && gen.Specs[0].(*ast.ImportSpec).Path.Value != `"C"` {
			single = gen
		}
		for _, s := range gen.Specs {
			spec := s.(*ast.ImportSpec)
			if have, err := strconv.Unquote(spec.Path.Value); err != nil || have != bare {
				continue
			}
			as := ""
			if spec.Name != nil {
				as = spec.Name.Name
			}
			if as == name || name == "_" {
				return g.src, nil
			}
			if as != "_" {
				return nil, fmt.Errorf("it imports %s as %q, and the text wants %q", bare, as, name)
			}
		}
	}
	line := quoteImport(p)
	splice := func(at int, text string) ([]byte, error) {
		return slices.Concat(g.src[:at], []byte(text), g.src[at:]), nil
	}
	if block == nil && single != nil { // put it into parentheses, then go on
		spec := single.Specs[0].(*ast.ImportSpec)
		end := g.offset(spec.End())
		if spec.Comment != nil {
			end = g.offset(spec.Comment.End())
		}
		from := g.offset(single.Pos()) + len("import")
		src := slices.Concat(g.src[:from], []byte(" (\n\t"), bytes.TrimLeft(g.src[from:end], " \t"), []byte("\n)"), g.src[end:])
		return addImports(src, module, []string{p})
	}
	if block == nil {
		at := g.offset(g.file.Name.End())
		if i := bytes.IndexByte(g.src[at:], '\n'); i >= 0 {
			at += i // behind a comment on the package's line
		}
		if len(g.file.Imports) > 0 {
			last := g.file.Imports[len(g.file.Imports)-1]
			at = g.offset(last.End())
			if last.Comment != nil {
				at = g.offset(last.Comment.End())
			}
			return splice(at, "\nimport "+line)
		}
		return splice(at, "\n\nimport "+line)
	}
	return g.intoBlock(block, module, bare, line, splice)
}

// intoBlock puts an import behind the last of its group that sorts before it, or makes a group.
func (g *goFile) intoBlock(block *ast.GenDecl, module, bare, line string, splice func(int, string) ([]byte, error)) ([]byte, error) {
	rank := func(p string) int {
		if module != "" && (p == module || strings.HasPrefix(p, module+"/")) {
			return 2
		}
		return min(1, render.ImportGroup(p))
	}
	end := func(s *ast.ImportSpec) int {
		if s.Comment != nil {
			return g.offset(s.Comment.End())
		}
		return g.offset(s.End())
	}
	want := rank(bare)
	var before, lastLower *ast.ImportSpec
	var first *ast.ImportSpec // of the group
	for _, s := range block.Specs {
		spec := s.(*ast.ImportSpec)
		have, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, errors.New("an import that is not a path")
		}
		switch r := rank(have); {
		case r == want:
			if first == nil {
				first = spec
			}
			if have < bare {
				before = spec
			}
		case r < want:
			lastLower = spec
		}
	}
	switch {
	case before != nil:
		return splice(end(before), "\n\t"+line)
	case first != nil:
		return splice(g.lineStart(g.above(first.Pos())), "\t"+line+"\n")
	case lastLower != nil:
		return splice(end(lastLower), "\n\n\t"+line)
	case len(block.Specs) > 0:
		return splice(g.lineStart(g.above(block.Specs[0].Pos())), "\t"+line+"\n\n")
	}
	return splice(g.offset(block.Lparen)+1, "\n\t"+line+"\n")
}

// majorVersion is the last element of a path that is no name of a package.
var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// dropImports takes imports out that nothing in the file uses any more. What does not parse is left as it is: a person is at work there.
func dropImports(src []byte, paths []string) []byte {
	crlf := allCRLF(src)
	text := src
	if crlf {
		text = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	}
	clean, err := format.Source(text)
	if err != nil {
		return src
	}
	formatted := bytes.Equal(clean, text)
	out := text
	for _, p := range paths {
		g, err := parseGo(out)
		if err != nil {
			return src
		}
		out = g.dropImport(p)
	}
	if bytes.Equal(out, text) {
		return src
	}
	clean, err = format.Source(out)
	if err != nil {
		return src
	}
	if formatted {
		out = clean
	}
	if crlf {
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	return out
}

func (g *goFile) dropImport(p string) []byte {
	name, bare, named := strings.Cut(p, " ")
	if !named {
		bare = p
		if name = path.Base(p); majorVersion.MatchString(name) {
			name = path.Base(path.Dir(p))
		}
	}
	used := false
	ast.Inspect(g.file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && id.Name == name {
				used = true
			}
		}
		return true
	})
	if used {
		return g.src
	}
	for _, d := range g.file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		for _, s := range gen.Specs {
			spec := s.(*ast.ImportSpec)
			have, err := strconv.Unquote(spec.Path.Value)
			if err != nil || have != bare || named != (spec.Name != nil) || named && spec.Name.Name != name {
				continue
			}
			from, to := g.above(spec.Pos()), g.offset(spec.End())
			if len(gen.Specs) == 1 {
				from, to = g.offset(gen.Pos()), g.offset(gen.End())
			}
			from = g.lineStart(from)
			if end := bytes.IndexByte(g.src[to:], '\n'); end >= 0 {
				to += end + 1
			}
			return slices.Concat(g.src[:from], g.src[to:])
		}
	}
	return g.src
}
