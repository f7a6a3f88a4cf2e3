package patch

import (
	"go/ast"
	"go/token"
	"path"
	"strings"
)

// A named is a type by its import path and name; pointers do not count. The zero named is a type that is not known.
type named struct{ path, name string }

// The types that servers are made of.
var (
	httpServer = named{"net/http", "Server"}
	ginEngine  = named{"github.com/gin-gonic/gin", "Engine"}
	echoServer = named{"github.com/labstack/echo", "Echo"}
	negroniApp = named{"github.com/urfave/negroni", "Negroni"}
	fiberApp   = named{"github.com/gofiber/fiber", "App"}
	fastServer = named{"github.com/valyala/fasthttp", "Server"}
)

// makers are functions of other modules whose result we know.
var makers = map[named]named{
	{"github.com/gin-gonic/gin", "New"}:           ginEngine,
	{"github.com/gin-gonic/gin", "Default"}:       ginEngine,
	{"github.com/labstack/echo", "New"}:           echoServer,
	{"github.com/urfave/negroni", "New"}:          negroniApp,
	{"github.com/urfave/negroni", "Classic"}:      negroniApp,
	{"github.com/gofiber/fiber", "New"}:           fiberApp,
	{"github.com/gofiber/fiber", "NewWithConfig"}: fiberApp,
}

// unversioned is an import path without /vN at its end; the paths above are written so.
func unversioned(p string) string {
	if major.MatchString(path.Base(p)) {
		p = path.Dir(p)
	}
	if p == "github.com/codegangsta/negroni" {
		return negroniApp.path
	}
	return p
}

// A pkg is what the files of one folder declare, as far as servers go.
type pkg struct {
	path    string
	files   []*source
	structs map[string]*owned[*ast.StructType]
	funcs   map[string]*owned[*ast.FuncDecl] // functions by name, methods by Type.Name
	vars    map[string]*owned[*ast.ValueSpec]
}

// An owned is syntax and the file it stands in.
type owned[T any] struct {
	file *source
	node T
}

// pkg reads the package in dir. Files that cannot matter are not parsed.
func (s *Survey) pkg(dir string) *pkg {
	if p, ok := s.pkgs[dir]; ok {
		return p
	}
	p := &pkg{structs: map[string]*owned[*ast.StructType]{}, funcs: map[string]*owned[*ast.FuncDecl]{}, vars: map[string]*owned[*ast.ValueSpec]{}}
	s.pkgs[dir] = p
	for _, f := range s.dirs[dir] {
		if !f.serves() && !f.mayAnchor() || !f.parse() {
			continue
		}
		p.files = append(p.files, f)
		p.path = f.importPath()
		for _, d := range f.syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil && len(d.Recv.List) == 1 {
					name = f.typeOf(d.Recv.List[0].Type).name + "." + name
				}
				p.funcs[name] = &owned[*ast.FuncDecl]{f, d}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						if st, ok := spec.Type.(*ast.StructType); ok {
							p.structs[spec.Name.Name] = &owned[*ast.StructType]{f, st}
						}
					case *ast.ValueSpec:
						for _, n := range spec.Names {
							p.vars[n.Name] = &owned[*ast.ValueSpec]{f, spec}
						}
					}
				}
			}
		}
	}
	return p
}

// importPath is how other packages of the module import the file's package.
func (f *source) importPath() string {
	if f.module == nil {
		return ""
	}
	dir := path.Dir(f.path)
	if f.module.Dir != "." {
		dir = strings.TrimPrefix(strings.TrimPrefix(dir, f.module.Dir), "/")
	}
	return path.Join(f.module.Path, dir)
}

// local is the package of ours that is imported as p, or nil.
func (s *Survey) local(p string) *pkg {
	for _, m := range s.Modules {
		if rest, ok := strings.CutPrefix(p, m.Path); m.Path != "" && ok && (rest == "" || rest[0] == '/') {
			dir := path.Join(m.Dir, rest)
			if len(s.dirs[dir]) > 0 {
				return s.pkg(dir)
			}
		}
	}
	return nil
}

// typeOf reads a type as it is written.
func (f *source) typeOf(x ast.Expr) named {
	switch x := x.(type) {
	case *ast.StarExpr:
		return f.typeOf(x.X)
	case *ast.ParenExpr:
		return f.typeOf(x.X)
	case *ast.IndexExpr:
		return f.typeOf(x.X)
	case *ast.Ident:
		return named{f.importPath(), x.Name}
	case *ast.SelectorExpr:
		if p := f.imported(x.X); p != "" {
			return named{unversioned(p), x.Sel.Name}
		}
	}
	return named{}
}

// maxSteps bounds how far a definition is followed; code that goes in a circle does not compile, but we read it all the same.
const maxSteps = 8

// valueType follows an expression to its type, as far as syntax and simple definitions tell.
func (s *Survey) valueType(f *source, x ast.Expr, steps int) named {
	if steps > maxSteps {
		return named{}
	}
	steps++
	switch x := x.(type) {
	case *ast.ParenExpr:
		return s.valueType(f, x.X, steps)
	case *ast.StarExpr:
		return s.valueType(f, x.X, steps)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return s.valueType(f, x.X, steps)
		}
	case *ast.CompositeLit:
		return f.typeOf(x.Type)
	case *ast.CallExpr:
		return s.resultType(f, x, 0, steps)
	case *ast.Ident:
		return s.identType(f, x, steps)
	case *ast.SelectorExpr:
		if p := f.imported(x.X); p != "" {
			if in := s.local(p); in != nil {
				return s.varType(in, x.Sel.Name, steps)
			}
			return named{}
		}
		return s.fieldType(s.valueType(f, x.X, steps), x.Sel.Name)
	}
	return named{}
}

func (s *Survey) identType(f *source, x *ast.Ident, steps int) named {
	if x.Obj == nil {
		if f.imports[x.Name] != "" {
			return named{}
		}
		return s.varType(s.pkg(path.Dir(f.path)), x.Name, steps)
	}
	switch d := x.Obj.Decl.(type) {
	case *ast.Field:
		return f.typeOf(d.Type)
	case *ast.ValueSpec:
		return s.specType(f, d, x.Name, steps)
	case *ast.AssignStmt:
		for i, l := range d.Lhs {
			id, ok := l.(*ast.Ident)
			if !ok || id.Name != x.Name {
				continue
			}
			if len(d.Rhs) == len(d.Lhs) {
				return s.valueType(f, d.Rhs[i], steps)
			}
			if call, ok := d.Rhs[0].(*ast.CallExpr); ok {
				return s.resultType(f, call, i, steps)
			}
		}
	}
	return named{}
}

func (s *Survey) specType(f *source, d *ast.ValueSpec, name string, steps int) named {
	if d.Type != nil {
		return f.typeOf(d.Type)
	}
	for i, n := range d.Names {
		if n.Name != name {
			continue
		}
		if len(d.Values) == len(d.Names) {
			return s.valueType(f, d.Values[i], steps)
		}
		if len(d.Values) == 1 {
			if call, ok := d.Values[0].(*ast.CallExpr); ok {
				return s.resultType(f, call, i, steps)
			}
		}
	}
	return named{}
}

func (s *Survey) varType(in *pkg, name string, steps int) named {
	if v := in.vars[name]; v != nil {
		return s.specType(v.file, v.node, name, steps)
	}
	return named{}
}

// callee is the function of ours that is called, or the name of another module's.
func (s *Survey) callee(f *source, call *ast.CallExpr, steps int) (*owned[*ast.FuncDecl], named) {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return s.pkg(path.Dir(f.path)).funcs[fun.Name], named{}
	case *ast.SelectorExpr:
		if p := f.imported(fun.X); p != "" {
			if in := s.local(p); in != nil {
				return in.funcs[fun.Sel.Name], named{}
			}
			return nil, named{unversioned(p), fun.Sel.Name}
		}
		on := s.valueType(f, fun.X, steps)
		if in := s.local(on.path); in != nil {
			return in.funcs[on.name+"."+fun.Sel.Name], named{}
		}
	}
	return nil, named{}
}

// resultType is the type of a call's i-th result.
func (s *Survey) resultType(f *source, call *ast.CallExpr, i, steps int) named {
	if id, ok := call.Fun.(*ast.Ident); ok && id.Name == "new" && id.Obj == nil && len(call.Args) == 1 {
		return f.typeOf(call.Args[0])
	}
	ours, theirs := s.callee(f, call, steps)
	if ours == nil {
		return makers[theirs]
	}
	if ours.node.Type.Results == nil {
		return named{}
	}
	for _, r := range ours.node.Type.Results.List {
		n := max(1, len(r.Names))
		if i < n {
			return ours.file.typeOf(r.Type)
		}
		i -= n
	}
	return named{}
}

// fieldType is the type of a field, also of an embedded struct's.
func (s *Survey) fieldType(of named, field string) named {
	if of.path == echoServer.path && of.name == echoServer.name && (field == "Server" || field == "TLSServer") {
		return httpServer
	}
	st := s.structType(of)
	if st == nil {
		return named{}
	}
	for _, each := range st.node.Fields.List {
		if len(each.Names) == 0 && st.file.typeOf(each.Type).name == field {
			return st.file.typeOf(each.Type)
		}
		for _, n := range each.Names {
			if n.Name == field {
				return st.file.typeOf(each.Type)
			}
		}
	}
	return named{}
}

func (s *Survey) structType(of named) *owned[*ast.StructType] {
	if in := s.local(of.path); in != nil {
		return in.structs[of.name]
	}
	return nil
}

// isServer reports whether x is an http.Server, or a struct that has one embedded and no Handler of its own.
func (s *Survey) isServer(f *source, x ast.Expr) bool {
	t := s.valueType(f, x, 0)
	if t == httpServer {
		return true
	}
	st := s.structType(t)
	return st != nil && s.fieldType(t, "Handler") == named{} && s.fieldType(t, "Server") == httpServer && embeds(st, "Server")
}

func embeds(st *owned[*ast.StructType], name string) bool {
	for _, each := range st.node.Fields.List {
		if len(each.Names) == 0 && st.file.typeOf(each.Type).name == name {
			return true
		}
	}
	return false
}
