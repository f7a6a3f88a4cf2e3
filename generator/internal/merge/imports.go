package merge

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// File is Three for the file of that name. In Go files that both sides gave other imports, the imports are merged as a set and not as
// lines: two packages that sort next to each other are no conflict.
func File(name string, base, ours, theirs []byte) Result {
	if !strings.HasSuffix(name, ".go") {
		return Three(base, ours, theirs)
	}
	return merged(base, ours, theirs, threeGo)
}

func threeGo(base, ours, theirs string) Result {
	b, okb := cut(base)
	o, oko := cut(ours)
	t, okt := cut(theirs)
	if !okb || !oko || !okt || b.imports == t.imports || o.imports == t.imports {
		return three(base, ours, theirs)
	}
	r := three(b.head, o.head, t.head)
	tail := three(b.tail, o.tail, t.tail)
	imports := mergeImports(b, o, t, string(tail.Text()))
	if b.imports == o.imports && same(imports, t) {
		imports = t.imports
	}
	r.pieces = append(r.pieces, piece{text: imports})
	r.pieces = append(r.pieces, tail.pieces...)
	above := len(split(o.head)) + len(split(o.imports))
	for _, c := range tail.Conflicts {
		c.Line += above
		r.Conflicts = append(r.Conflicts, c)
	}
	return r
}

// same reports whether an import block has the imports of f.
func same(imports string, f goFile) bool {
	got, ok := cut("package x\n" + imports + "\n")
	sorted := func(groups [][]string) []string { return slices.Sorted(slices.Values(slices.Concat(groups...))) }
	return ok && slices.Equal(sorted(got.groups), sorted(f.groups))
}

// A goFile is a Go file in three pieces: up to the package clause, the imports with an empty line before them, and the rest.
type goFile struct {
	head, imports, tail string
	groups              [][]string // the lines inside the import block, in its groups
}

// cut takes a Go file apart. It is not ok where the imports are anything but one declaration without comments.
func cut(src string) (f goFile, ok bool) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ImportsOnly|parser.ParseComments)
	if err != nil || len(file.Decls) > 1 {
		return f, false
	}
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	end := offset(file.Name.End())
	if end >= len(src) || src[end] != '\n' {
		return f, false
	}
	start := end + 1
	end = start
	if len(file.Decls) == 1 {
		decl := file.Decls[0].(*ast.GenDecl)
		if end = offset(decl.End()); end >= len(src) || src[end] != '\n' || strings.Trim(src[start:offset(decl.Pos())], "\n") != "" {
			return f, false
		}
		end++
		for _, c := range file.Comments {
			if at := offset(c.Pos()); at > start && at < end {
				return f, false
			}
		}
		f.groups = groups(file, fset)
	}
	f.head, f.imports, f.tail = src[:start], src[start:end], src[end:]
	return f, true
}

// groups are the import specifications, a new group after each empty line.
func groups(file *ast.File, fset *token.FileSet) [][]string {
	var out [][]string
	last := -1
	for _, s := range file.Imports {
		text := s.Path.Value
		if s.Name != nil {
			text = s.Name.Name + " " + text
		}
		line := fset.Position(s.Pos()).Line
		if last < 0 || line > last+1 {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], text)
		last = line
	}
	return out
}

// mergeImports joins the import blocks of ours and theirs. An import that theirs no longer needs stays where the merged code uses it, and
// one that ours removed with its last use returns where the merged code uses it again.
func mergeImports(base, ours, theirs goFile, tail string) string {
	was, want := slices.Concat(base.groups...), slices.Concat(theirs.groups...)
	var out [][]string
	for _, g := range ours.groups {
		var keep []string
		for _, s := range g {
			if slices.Contains(want, s) || !slices.Contains(was, s) || uses(tail, s) {
				keep = append(keep, s)
			}
		}
		if len(keep) > 0 {
			out = append(out, keep)
		}
	}
	for i, g := range theirs.groups {
		for _, s := range g {
			removed := slices.Contains(was, s) && (uses(ours.tail, s) || !uses(tail, s)) // and not needed again
			if removed || slices.Contains(slices.Concat(out...), s) {
				continue
			}
			out = insertImport(out, theirs.groups, i, s)
		}
	}
	if len(out) == 0 {
		return ""
	}
	if len(out) == 1 && len(out[0]) == 1 {
		return "\nimport " + out[0][0] + "\n"
	}
	var blocks []string
	for _, g := range out {
		blocks = append(blocks, "\t"+strings.Join(g, "\n\t")+"\n")
	}
	return "\nimport (\n" + strings.Join(blocks, "\n") + ")\n"
}

// insertImport puts an import of the group at index i of want into the group of out that shares another import with it, or into a new group.
func insertImport(out, want [][]string, i int, s string) [][]string {
	after := 0 // where a new group goes: behind the last that shares an import with an earlier group of want
	for at, g := range out {
		for j := range i + 1 {
			if !slices.ContainsFunc(g, func(x string) bool { return slices.Contains(want[j], x) }) {
				continue
			}
			if j < i {
				after = at + 1
				continue
			}
			n := slices.IndexFunc(g, func(x string) bool { return importPath(x) > importPath(s) })
			if n < 0 {
				n = len(g)
			}
			out[at] = slices.Insert(slices.Clone(g), n, s)
			return out
		}
	}
	return slices.Insert(out, after, []string{s})
}

func importPath(spec string) string {
	p, _ := strconv.Unquote(spec[strings.IndexByte(spec, '"'):]) // it parsed
	return p
}

// uses reports whether code names the package that an import brings, by the name it is likely to have.
func uses(code, spec string) bool {
	name, _, named := strings.Cut(spec, " ")
	if !named {
		p := importPath(spec)
		name = path.Base(p)
		if n, ok := strings.CutPrefix(name, "v"); ok && strings.Trim(n, "0123456789") == "" && path.Dir(p) != "." {
			name = path.Base(path.Dir(p))
		}
	}
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\.[A-Z]`).MatchString(code)
}
