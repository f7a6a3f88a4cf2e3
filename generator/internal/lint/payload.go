package lint

import (
	"bytes"
	"errors"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/render"
)

// A payload is one file below _files, _foreign or _both.
type payload struct {
	owner  *component.Component
	source string   // path in templates/
	to     string   // path in the service, with placeholders
	part   bool     // other components may have parts of the same file
	tests  []string // functions named Test…, Fuzz… or Example… in a _test.go
	always bool     // no condition is on it
}

// place is where the file stands in the service, or in the module of another repository.
func (f payload) place() string { return strings.TrimPrefix(f.to, component.ModuleFolder+"/") }

// payloads judges every payload file.
func (l *linter) payloads() {
	for _, c := range l.catalog.All {
		found := map[string]bool{}
		for _, folder := range c.Folders {
			l.folder(c, folder, found)
		}
		for _, r := range c.Files {
			if !found[r.Path] {
				l.at(c.File, r.Line, "files: no payload %s", r.Path)
			}
		}
		for _, s := range slices.Concat(c.Seeded, c.Scripts) {
			if !found[s] {
				l.at(c.File, 1, "no payload %s", s)
			}
		}
	}
	taken := map[string]payload{}
	for _, f := range l.files {
		if f.part {
			continue // others write to the file too; the renderer checks that they fit together
		}
		if other, clash := taken[f.to]; clash {
			l.problems.Add(f.source, "%s writes %s too", other.source, f.to)
		}
		taken[f.to] = f
	}
}

// folder judges the files of one folder and notes in found what stands there.
func (l *linter) folder(c *component.Component, folder component.Folder, found map[string]bool) {
	root := path.Join(c.Name, folder.Name)
	err := fs.WalkDir(l.catalog.FS, root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if p == root && errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		rel := folder.Below + strings.TrimPrefix(strings.TrimPrefix(p, root), "/")
		found[rel], found[strings.TrimSuffix(rel, ".tmpl")] = true, true
		switch {
		case d.IsDir():
		case !d.Type().IsRegular():
			l.problems.Add(p, "not a regular file")
		default:
			src, err := fs.ReadFile(l.catalog.FS, p)
			if err != nil {
				return err
			}
			l.payload(c, p, rel, src)
		}
		return nil
	})
	if err != nil {
		l.problems.Add(root, "read: %v", err)
	}
}

func (l *linter) payload(c *component.Component, source, rel string, src []byte) {
	f := payload{owner: c, source: source, to: strings.TrimSuffix(rel, ".tmpl"), always: true}
	for _, r := range c.Files {
		if r.Path == f.to || r.Path == rel || strings.HasPrefix(rel, r.Path+"/") {
			f.always = false
		}
	}
	templated := f.to != rel
	if f.to, f.part = render.Joined(f.to); f.part && (slices.Contains(c.Seeded, rel) || slices.Contains(c.Scripts, rel)) {
		l.problems.Add(source, "part of %s: it can be neither seeded nor executable by itself", f.to)
	}
	if err := render.CheckPath(strings.NewReplacer("__name__", "name", "__database__", "database", component.ModuleFolder, "module").Replace(f.to)); err != nil {
		l.problems.Add(source, "%v", err)
	}
	switch base := path.Base(f.to); base {
	case "go.mod", "go.sum":
		l.problems.Add(source, "%s is never a payload: the engine writes it from what the payload imports", base)
	case "hardwright.yaml", "hardwright.lock":
		l.problems.Add(source, "%s is the engine's", base)
	}
	if i := bytes.Index(src, []byte("\r\n")); i >= 0 {
		l.at(source, 1+bytes.Count(src[:i], []byte("\n")), "a line ends in CR LF")
	}
	isGo := strings.HasSuffix(f.to, ".go")
	switch {
	case templated:
		if p := render.Check(source, string(src)); p != nil {
			l.problems = append(l.problems, *p)
		} else if isGo {
			l.problems = append(l.problems, render.Unquoted(source, string(src), l.stringInput)...)
		}
		if isGo {
			f.tests = testNames(src)
		}
	case isGo:
		l.goFile(source, src)
		f.tests = testNames(src)
	}
	l.files = append(l.files, f)
}

var testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Example)[A-Za-z0-9_]*)\(`)

func testNames(src []byte) []string {
	var out []string
	for _, m := range testFunc.FindAllSubmatch(src, -1) {
		out = append(out, string(m[1]))
	}
	return out
}

// stringInput reports whether an input holds free text.
func (l *linter) stringInput(name, input string) bool {
	c, ok := l.catalog.Get(name)
	if !ok {
		return false
	}
	in, ok := c.Input(input)
	return ok && in.Type == "string"
}

// goFile judges Go that is copied: it parses, is formatted, and keeps its imports in three groups.
func (l *linter) goFile(source string, src []byte) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		line, msg := 1, err.Error()
		var list scanner.ErrorList
		if errors.As(err, &list) && len(list) > 0 {
			line, msg = list[0].Pos.Line, list[0].Msg
		}
		l.at(source, line, "does not parse: %s", msg)
		return
	}
	if out, err := format.Source(src); err == nil && !bytes.Equal(out, src) {
		l.at(source, firstDifference(src, out), "not formatted: run gofmt")
	}
	l.importGroups(source, fset, file)
}

func firstDifference(a, b []byte) int {
	x, y := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(x), len(y)) {
		if !bytes.Equal(x[i], y[i]) {
			return i + 1
		}
	}
	return min(len(x), len(y))
}

// importGroups wants the standard library, other modules and the service's own packages each in a group, in that
// order: rewriting the module path must not unsort them.
func (l *linter) importGroups(source string, fset *token.FileSet, file *ast.File) {
	last, lastLine := -1, 0
	for _, s := range file.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			continue
		}
		g := render.ImportGroup(p)
		start := fset.Position(s.Pos()).Line
		if s.Doc != nil {
			start = fset.Position(s.Doc.Pos()).Line
		}
		adjacent := start == lastLine+1
		switch {
		case last >= 0 && g < last:
			l.at(source, start, "import %s: the order is standard library, other modules, %s", p, render.Placeholder)
		case last >= 0 && g != last && adjacent:
			l.at(source, start, "import %s begins a group: leave an empty line above", p)
		}
		last, lastLine = g, fset.Position(s.End()).Line
	}
}
