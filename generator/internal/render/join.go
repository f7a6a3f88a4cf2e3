package render

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// joinable are the kinds of files that components may write together. Other folders whose names end in ".d" are ordinary ones, such
// as those of systemd.
var joinable = []string{".go", ".json", ".md", ".txt", ".yaml", ".sql"}

// Joined returns the file that a payload path is part of: internal/event/event.go for internal/event/event.go.d/20-session.go.
func Joined(rel string) (file string, part bool) {
	file, part = strings.CutSuffix(path.Dir(rel), ".d")
	if !part || !slices.Contains(joinable, path.Ext(file)) {
		return rel, false
	}
	return file, true
}

// A part is what one component contributes to a file. Go still imports the placeholder module.
type part struct {
	source string // path in templates/
	name   string // its file name, which orders it
	owner  string
	data   []byte
}

// joinParts makes one file of all parts that the chosen components have of it.
func (r *renderer) joinParts() {
	for _, to := range slices.Sorted(maps.Keys(r.parts)) {
		all := r.parts[to]
		slices.SortFunc(all, func(a, b part) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.owner, b.owner)) })
		out, p := join(to, all)
		if p == nil && strings.HasSuffix(to, ".go") {
			var imports []string
			if out, imports, p = goFile(all[0].source, out, true, r.sel.Spec.Module); p == nil {
				r.imported(imports)
			}
		}
		if p != nil {
			r.problems = append(r.problems, *p)
			continue
		}
		r.put(all[0].source, to, File{Data: out, Mode: 0o644, Owner: all[0].owner, Class: Managed})
	}
}

func join(to string, parts []part) ([]byte, *problem.Problem) {
	switch path.Ext(to) {
	case ".go":
		return joinGo(parts)
	case ".json":
		return joinJSON(parts)
	}
	var texts [][]byte
	for _, p := range parts {
		if text := bytes.Trim(p.data, "\n"); len(text) > 0 {
			texts = append(texts, text)
		}
	}
	return append(bytes.Join(texts, []byte("\n\n")), '\n'), nil
}

// joinGo writes one Go file: the first package comment, all imports, then what each part declares.
func joinGo(parts []part) ([]byte, *problem.Problem) {
	var doc, pkg string
	var bodies [][]byte
	imports := map[string]string{} // the line of an import → its path
	names := map[string]string{}   // the name that a file knows an import by → its path
	for _, p := range parts {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "", p.data, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			wrong := goProblem(p.source, true, p.data, err)
			return nil, &wrong
		}
		wrong := func(format string, args ...any) *problem.Problem {
			return &problem.Problem{Subject: p.source, Message: fmt.Sprintf(format, args...)}
		}
		if pkg == "" {
			pkg = f.Name.Name
		}
		if f.Name.Name != pkg {
			return nil, wrong("package %s, but the file that it is part of is package %s", f.Name.Name, pkg)
		}
		offset := func(at token.Pos) int { return fset.Position(at).Offset }
		end := f.Name.End()
		for _, d := range f.Decls {
			end = d.End()
		}
		for _, c := range f.Comments {
			if c != f.Doc && c.Pos() < end {
				return nil, wrong("a comment before the end of the imports would be lost")
			}
		}
		if f.Doc != nil && doc == "" {
			doc = string(p.data[offset(f.Doc.Pos()):offset(f.Doc.End())]) + "\n"
		}
		for _, spec := range f.Imports {
			from, line, name := importOf(spec)
			if other, taken := names[name]; taken && other != from && name != "_" {
				return nil, wrong("imports %q, while another part imports %q: both are called %s", from, other, name)
			}
			names[name], imports[line] = from, from
		}
		if body := bytes.Trim(p.data[offset(end):], "\n"); len(body) > 0 {
			bodies = append(bodies, body)
		}
	}
	var b bytes.Buffer
	b.WriteString(doc + "package " + pkg + "\n\n")
	if block := importBlock(slices.Collect(maps.Keys(imports))); block != "" {
		b.WriteString("import (\n" + block + "\n)\n\n")
	}
	b.Write(bytes.Join(bodies, []byte("\n\n")))
	out, err := format.Source(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	if err != nil {
		wrong := goProblem(parts[0].source, true, b.Bytes(), err)
		return nil, &wrong
	}
	return out, nil
}

// importOf returns an import's path, its line in an import block, and the name by which the file knows it: a guess from the path where
// it has none of its own.
func importOf(spec *ast.ImportSpec) (from, line, name string) {
	from, _ = strconv.Unquote(spec.Path.Value) // it parsed
	if spec.Name != nil {
		return from, spec.Name.Name + " " + spec.Path.Value, spec.Name.Name
	}
	name = path.Base(from)
	if n, ok := strings.CutPrefix(name, "v"); ok && strings.Trim(n, "0123456789") == "" && path.Dir(from) != "." {
		name = path.Base(path.Dir(from))
	}
	return from, spec.Path.Value, name
}
