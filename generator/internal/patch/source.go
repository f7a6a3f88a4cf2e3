package patch

import (
	"bytes"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// A source is a Go file. It is parsed when somebody asks for its syntax, once.
type source struct {
	path        string
	data        []byte
	module      *Module
	packageName string
	constraint  string // its //go:build line, for a person to read
	generated   bool
	ignored     bool // it is in no build
	http        int  // whether it serves: 0 nobody asked yet, 1 no, 2 yes

	parsed  bool
	err     error
	syntax  *ast.File
	table   *token.File
	imports map[string]string // the name in this file → import path
}

// generatedLine is how a generator marks its files: https://go.dev/s/generatedcode.
var generatedLine = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.\r?$`)

// header reads what stands before the package clause, without a parser: most files of a repository are not looked at any further.
func (f *source) header() {
	rest := bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf"))
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n")
		switch {
		case bytes.HasPrefix(rest, []byte("//")):
			line, after, _ := bytes.Cut(rest, []byte("\n"))
			f.constrain(strings.TrimSpace(string(line)))
			rest = after
		case bytes.HasPrefix(rest, []byte("/*")):
			_, after, ok := bytes.Cut(rest, []byte("*/"))
			if !ok {
				return
			}
			rest = after
		default:
			if after, ok := bytes.CutPrefix(rest, []byte("package")); ok {
				after = bytes.TrimLeft(after, " \t")
				f.packageName = string(identifier.Find(after))
			}
			f.generated = f.contains("// Code generated ") && generatedLine.Match(f.data)
			return
		}
	}
}

// constrain reads a build constraint.
func (f *source) constrain(line string) {
	if !constraint.IsGoBuild(line) && !constraint.IsPlusBuild(line) {
		return
	}
	x, err := constraint.Parse(line)
	if err != nil {
		return
	}
	f.constraint = x.String()
	// "ignore" is a tag that by custom nobody sets. Any other might be set, and on any system.
	if !satisfiable(x) {
		f.ignored = true
	}
}

// satisfiable reports whether some build without the tag "ignore" holds to x.
func satisfiable(x constraint.Expr) bool {
	switch x := x.(type) {
	case *constraint.TagExpr:
		return x.Tag != "ignore"
	case *constraint.AndExpr:
		return satisfiable(x.X) && satisfiable(x.Y)
	case *constraint.OrExpr:
		return satisfiable(x.X) || satisfiable(x.Y)
	}
	return true
}

var identifier = regexp.MustCompile(`^[\pL_][\pL\pN_]*`)

// contains reports whether any of the texts stands in f.
func (f *source) contains(texts ...string) bool {
	for _, t := range texts {
		if bytes.Contains(f.data, []byte(t)) {
			return true
		}
	}
	return false
}

// parse reads the syntax. It reports false if there is none, and f.err says why.
func (f *source) parse() bool {
	if f.parsed {
		return f.err == nil
	}
	f.parsed = true
	set := token.NewFileSet()
	// Objects are resolved by the parser: within one file, by name and scope. That they know no types is all right here.
	f.syntax, f.err = parser.ParseFile(set, f.path, f.data, 0)
	if f.err != nil {
		return false
	}
	f.table = set.File(f.syntax.FileStart)
	f.imports = map[string]string{}
	for _, spec := range f.syntax.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := packageOf(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		f.imports[name] = p
	}
	return true
}

// complaint is the first thing that the parser had to say.
func (f *source) complaint() Sighting {
	s := Sighting{File: f.path, Line: 1, Why: "not Go: " + f.err.Error()}
	if list, ok := f.err.(scanner.ErrorList); ok && len(list) > 0 {
		s.Line, s.Why = list[0].Pos.Line, "not Go: "+list[0].Msg
	}
	return s
}

var major = regexp.MustCompile(`^v[0-9]+$`)

// packageOf guesses a package's name from its import path, as the go command's documentation recommends to name them.
func packageOf(p string) string {
	base := path.Base(p)
	if major.MatchString(base) && strings.Contains(p, "/") {
		base = path.Base(path.Dir(p))
	}
	base, _, _ = strings.Cut(base, ".") // gopkg.in/yaml.v3
	base = strings.TrimPrefix(base, "go-")
	return strings.TrimSuffix(strings.ReplaceAll(base, "-", "_"), "_go")
}

// imported is the import path behind the x of x.Name, or "" if x is something else.
func (f *source) imported(x ast.Expr) string {
	id, ok := x.(*ast.Ident)
	if !ok || id.Obj != nil { // declared in this file: a variable hides the import
		return ""
	}
	return f.imports[id.Name]
}

func (f *source) offset(p token.Pos) int { return f.table.Offset(p) }

// line does not heed //line comments: a person looks for the line in this file.
func (f *source) line(p token.Pos) int { return f.table.PositionFor(p, false).Line }

func (f *source) column(p token.Pos) int { return f.table.PositionFor(p, false).Column }

func (f *source) text(n ast.Node) string {
	return string(f.data[f.offset(n.Pos()):f.offset(n.End())])
}

// short is n in one line, for a listing.
func (f *source) short(n ast.Node) string {
	text := strings.Join(strings.Fields(f.text(n)), " ")
	if r := []rune(text); len(r) > 90 {
		text = string(r[:89]) + "…"
	}
	return text
}

func (f *source) sighting(n ast.Node) Sighting {
	return Sighting{File: f.path, Line: f.line(n.Pos()), What: f.short(n)}
}
