package patch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
)

// A Server is a place where an HTTP server gets its handler, and where ours can go around it.
type Server struct {
	Sighting
	Module     *Module
	Constraint string // the file's build constraint, "" without one

	column  int
	end     int // the last line of the expression that gives the handler
	file    *source
	shape   shape
	call    *ast.CallExpr             // the call that starts the server, where one expression does
	handler ast.Expr                  // what it is given; nil where a literal names none
	literal *owned[*ast.CompositeLit] // the http.Server with its fields, where that is known
	set     []string                  // fields that are set elsewhere than in the literal
	start   string                    // of gin, echo and negroni: the method
}

// shape says how the handler gets there.
type shape int

const (
	function shape = iota // http.ListenAndServe(addr, h) and its like: h is wrapped
	field                 // http.Server{Handler: h} or srv.Handler = h: h is wrapped
	absent                // http.Server{} that names no handler: a field is added
	inner                 // h2c.NewHandler(h, …): h is wrapped, because requests inside an h2c connection never pass what stands around it
	gin                   // r.Run(…)
	echo                  // e.Start(…)
	negroni               // n.Run(…)
)

// starters are functions that take a handler and serve it; the number is the handler's place.
var starters = map[named]struct{ handler, args int }{
	{"net/http", "ListenAndServe"}:    {1, 2},
	{"net/http", "ListenAndServeTLS"}: {3, 4},
	{"net/http", "Serve"}:             {1, 2},
	{"net/http", "ServeTLS"}:          {1, 4},
	{"net/http/fcgi", "Serve"}:        {1, 2},
	{"net/http/cgi", "Serve"}:         {0, 1},

	{"github.com/caddyserver/certmagic", "HTTPS"}:                       {1, 2},
	{"github.com/quic-go/quic-go/http3", "ListenAndServeQUIC"}:          {3, 4},
	{"github.com/quic-go/quic-go/http3", "ListenAndServeTLS"}:           {3, 4},
	{"github.com/fvbock/endless", "ListenAndServe"}:                     {1, 2},
	{"github.com/fvbock/endless", "ListenAndServeTLS"}:                  {3, 4},
	{"github.com/apex/gateway", "ListenAndServe"}:                       {1, 2},
	{"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter", "New"}:   {0, 1},
	{"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter", "NewV2"}: {0, 1},
}

var h2cHandler = named{"golang.org/x/net/http2/h2c", "NewHandler"}

// serves reports whether f has to do with HTTP, so that its declarations may matter.
func (f *source) serves() bool {
	if f.http == 0 {
		f.http = 1
		if f.contains(`"net/http`, "gin-gonic/gin", "labstack/echo", "/negroni", "valyala/fasthttp", "gofiber/fiber", "google.golang.org/grpc", Package+`"`) {
			f.http = 2
		}
	}
	return f.http == 2
}

// mayAnchor reports whether a server may get its handler in f. It is asked of every file, so it reads bytes.
func (f *source) mayAnchor() bool {
	switch {
	case f.serves():
		return f.contains("ListenAndServe", ".Server", ".Serve", ".Run", ".Start", ".Listen", "h2c.", "guard.Handler", "grpc.New", ".HTTPS(", "httpadapter.") || handlerSet(f.data)
	case f.module != nil && f.module.Path != "" && f.contains(`"`+f.module.Path+"/"): // the server may come from a package of theirs
		return f.contains(".Run(", ".RunTLS(", ".Start(", ".StartTLS(") || handlerSet(f.data)
	}
	return false
}

// handlerSet finds `.Handler =`, however it is spaced.
func handlerSet(data []byte) bool {
	for {
		_, rest, ok := bytes.Cut(data, []byte(".Handler"))
		if !ok {
			return false
		}
		if bytes.HasPrefix(bytes.TrimLeft(rest, " \t"), []byte("=")) {
			return true
		}
		data = rest
	}
}

// servers fills in Servers, Others and Wrapped.
func (s *Survey) servers(paths []string) {
	v := &visitor{survey: s, group: map[string]string{}}
	for _, p := range paths {
		f := s.files[p]
		if f == nil || !f.mayAnchor() {
			continue
		}
		if !f.parse() {
			s.Skipped = append(s.Skipped, f.complaint())
			continue
		}
		if path.Dir(p) == path.Join(moduleDir(f), Package) {
			continue // our own
		}
		v.file = f
		ast.Walk(v, f.syntax)
	}
	v.settle()
}

func moduleDir(f *source) string {
	if f.module == nil {
		return "."
	}
	return f.module.Dir
}

// A visitor collects what has to do with servers. Values that hold the same server are joined into groups.
type visitor struct {
	survey  *Survey
	file    *source
	stack   []ast.Node
	group   map[string]string // a server's holder → another holder of the same server
	made    []made
	given   []given
	started map[string]bool // servers that echo gives their handler
	h2c     []*Server
	h2cUsed map[*ast.CallExpr]bool
	sets    []fieldSet
}

// made is where an http.Server comes from.
type made struct {
	key     string
	file    *source
	node    ast.Node
	literal *ast.CompositeLit // nil for new(http.Server) and var srv http.Server
}

// given is `srv.Handler = h`.
type given struct {
	key  string
	file *source
	node *ast.AssignStmt
	h    ast.Expr
}

// fieldSet is `srv.ReadTimeout = d`.
type fieldSet struct{ key, field string }

func (v *visitor) Visit(n ast.Node) ast.Visitor {
	if n == nil {
		v.stack = v.stack[:len(v.stack)-1]
		return nil
	}
	v.stack = append(v.stack, n)
	switch n := n.(type) {
	case *ast.CallExpr:
		v.visitCall(n)
	case *ast.CompositeLit:
		v.visitLiteral(n)
	case *ast.AssignStmt:
		v.visitAssign(n)
	case *ast.ValueSpec:
		v.visitSpec(n)
	case *ast.ReturnStmt:
		v.visitReturn(n)
	}
	return v
}

func (v *visitor) visitCall(n *ast.CallExpr) {
	f, s := v.file, v.survey
	if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "new" && len(n.Args) == 1 && f.typeOf(n.Args[0]) == httpServer {
		v.made = append(v.made, made{v.key(n), f, n, nil})
		return
	}
	if sel, ok := n.Fun.(*ast.SelectorExpr); ok && f.guard() != "" && f.imported(sel.X) == f.guard() {
		if sel.Sel.Name == "Handler" || strings.HasPrefix(sel.Sel.Name, "Start") {
			s.Wrapped = append(s.Wrapped, f.sighting(n))
		}
		return
	}
	ours, theirs := s.callee(f, n, 0)
	if ours != nil {
		v.pass(ours, n)
		return
	}
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	at, known := starters[theirs]
	switch {
	case known && len(n.Args) != at.args:
		v.other(n, "its arguments come from one call", server, fmt.Sprintf("take the handler h out of %s, and give %s guard.Handler(h)", f.short(n), f.text(n.Fun)))
	case known:
		v.server(&Server{shape: function, call: n, handler: n.Args[at.handler]}, n)
	case theirs == h2cHandler && len(n.Args) > 0:
		v.h2c = append(v.h2c, &Server{Sighting: f.sighting(n), column: f.column(n.Pos()), end: f.line(n.End()), file: f, shape: inner, call: n, handler: n.Args[0]})
	case theirs.path == fastServer.path && strings.HasPrefix(theirs.name, "ListenAndServe"), theirs.path == fastServer.path && strings.HasPrefix(theirs.name, "Serve"):
		v.other(n, notNetHTTP("fasthttp"), server)
	case theirs == named{"google.golang.org/grpc", "NewServer"}:
		v.other(n, "gRPC, not HTTP handlers", aside, "interceptors: grpc.ChainUnaryInterceptor(…), grpc.ChainStreamInterceptor(…)")
	case theirs.path != "":
	default:
		v.visitMethod(n, sel)
	}
}

// guard is the import path of our package in the file's module.
func (f *source) guard() string {
	if f.module == nil || f.module.Path == "" {
		return ""
	}
	return f.module.Guard()
}

func notNetHTTP(what string) string {
	return what + " does not serve net/http handlers: what we write cannot go around it"
}

// visitMethod looks for the start of a router's own engine.
func (v *visitor) visitMethod(n *ast.CallExpr, sel *ast.SelectorExpr) {
	f, name := v.file, sel.Sel.Name
	if !slices.ContainsFunc([]string{"Run", "Start", "Listen", "Serve"}, func(p string) bool { return strings.HasPrefix(name, p) }) {
		return
	}
	recv := f.text(sel.X)
	variadic := n.Ellipsis.IsValid()
	switch v.survey.valueType(f, sel.X, 0) {
	case ginEngine:
		want, known := map[string]int{"RunTLS": 3, "RunListener": 1}[name]
		switch {
		case f.module != nil && v.ginH2C():
			v.other(n, ginAroundEngine, server, h2cByHand(recv)...)
		case name == "Run" && len(n.Args) <= 1 && !variadic, known && len(n.Args) == want:
			v.server(&Server{shape: gin, call: n, handler: sel.X, start: name}, n)
		case strings.HasPrefix(name, "Run"):
			v.other(n, "it opens its own listener", server, fmt.Sprintf("http.Serve(listener, guard.Handler(%s))", recv))
		}
	case echoServer:
		want, known := map[string]int{"Start": 1, "StartTLS": 3, "StartServer": 1}[name]
		switch {
		case !strings.HasPrefix(name, "Start"):
		case echoMajor(f) >= 5:
			v.other(n, "this echo keeps its server to itself", server, fmt.Sprintf("echo.StartConfig{Address: addr}.Start(ctx, guard.Handler(%s))", recv))
		case known && len(n.Args) == want && !variadic && !f.contains(".Listener =", ".TLSListener ="):
			if name == "StartServer" {
				if v.started == nil {
					v.started = map[string]bool{}
				}
				v.started[v.key(n.Args[0])] = true
			}
			v.server(&Server{shape: echo, call: n, handler: sel.X, start: name}, n)
		case name == "StartH2CServer":
			v.other(n, "requests inside an h2c connection would not pass a handler around echo's own", server, h2cByHand(recv)...)
		default:
			v.other(n, "it opens its own listener", server, fmt.Sprintf("%s.Server.Handler = guard.Handler(%s)", recv, recv), fmt.Sprintf("%s.Server.Serve(listener)", recv))
		}
	case negroniApp:
		around, _ := sel.X.(*ast.CallExpr)
		if name == "Run" && !variadic && (around == nil || f.negroniWrap(around) == nil) {
			v.server(&Server{shape: negroni, call: n, handler: sel.X, start: name}, n)
		}
	case fiberApp:
		if strings.HasPrefix(name, "Listen") {
			v.other(n, notNetHTTP("fiber"), server, "fiber has middleware of its own: helmet, limiter, csrf, cors, recover")
		}
	case fastServer:
		v.other(n, notNetHTTP("fasthttp"), server)
	}
}

// ginH2C reports whether any gin engine of the repository speaks h2c.
func (v *visitor) ginH2C() bool {
	for _, f := range v.survey.files {
		if f.contains("UseH2C") && f.contains("gin-gonic/gin") {
			return true
		}
	}
	return false
}

func echoMajor(f *source) int {
	for _, p := range f.imports {
		var n int
		if _, err := fmt.Sscanf(p, "github.com/labstack/echo/v%d", &n); err == nil {
			return n
		}
	}
	return 3
}

// visitLiteral notes http.Server{…}, and a struct's field that holds one.
func (v *visitor) visitLiteral(n *ast.CompositeLit) {
	f := v.file
	t := f.typeOf(n.Type)
	switch t {
	case httpServer:
		v.made = append(v.made, made{v.key(n), f, n, n})
		return
	case fastServer:
		v.other(n, notNetHTTP("fasthttp"), server)
		return
	}
	v.elided(n)
	for _, e := range n.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if id, ok := kv.Key.(*ast.Ident); ok {
			v.join(fieldKey(t, id.Name), v.key(kv.Value))
		}
	}
}

// elided notes the servers of a list or map of them, which are written without their type.
func (v *visitor) elided(n *ast.CompositeLit) {
	var element ast.Expr
	switch t := n.Type.(type) {
	case *ast.ArrayType:
		element = t.Elt
	case *ast.MapType:
		element = t.Value
	}
	if element == nil || v.file.typeOf(element) != httpServer {
		return
	}
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if l, ok := e.(*ast.CompositeLit); ok && l.Type == nil {
			v.made = append(v.made, made{"", v.file, l, l})
		}
	}
}

func (v *visitor) visitAssign(n *ast.AssignStmt) {
	f, s := v.file, v.survey
	for i, l := range n.Lhs {
		if len(n.Rhs) == len(n.Lhs) {
			v.join(v.key(l), v.key(n.Rhs[i]))
		} else if i == 0 {
			v.join(v.key(l), v.key(n.Rhs[0]))
		}
		sel, ok := l.(*ast.SelectorExpr)
		if !ok || len(n.Rhs) != len(n.Lhs) || !slices.Contains(append([]string{"Handler"}, fields...), sel.Sel.Name) || !s.isServer(f, sel.X) {
			continue
		}
		key := v.key(sel.X)
		if t := s.valueType(f, sel.X, 0); t != httpServer { // embedded
			key = fieldKey(t, "Server")
		}
		if sel.Sel.Name == "Handler" {
			v.given = append(v.given, given{key, f, n, n.Rhs[i]})
		} else {
			v.sets = append(v.sets, fieldSet{key, sel.Sel.Name})
		}
	}
}

func (v *visitor) visitSpec(n *ast.ValueSpec) {
	for i, name := range n.Names {
		if len(n.Values) == len(n.Names) {
			v.join(v.key(name), v.key(n.Values[i]))
		}
		if _, pointer := n.Type.(*ast.StarExpr); n.Type != nil && !pointer && len(n.Values) == 0 && v.file.typeOf(n.Type) == httpServer {
			v.made = append(v.made, made{v.key(name), v.file, n, nil})
		}
	}
}

// visitReturn joins what a function returns with its calls.
func (v *visitor) visitReturn(n *ast.ReturnStmt) {
	for i := len(v.stack) - 1; i >= 0; i-- {
		switch fn := v.stack[i].(type) {
		case *ast.FuncLit:
			return
		case *ast.FuncDecl:
			if len(n.Results) > 0 {
				v.join(v.funcKey(v.file, fn), v.key(n.Results[0]))
			}
			return
		}
	}
}

// pass joins the arguments of a call with the parameters of our function.
func (v *visitor) pass(to *owned[*ast.FuncDecl], call *ast.CallExpr) {
	i := 0
	for _, p := range to.node.Type.Params.List {
		for _, name := range p.Names {
			if i < len(call.Args) && to.file.typeOf(p.Type) == httpServer {
				v.join(objectKey(to.file, name), v.key(call.Args[i]))
			}
			i++
		}
	}
}

// key names the server that x holds, or "" if x holds none that we can follow.
func (v *visitor) key(x ast.Expr) string {
	f := v.file
	switch x := x.(type) {
	case *ast.ParenExpr:
		return v.key(x.X)
	case *ast.StarExpr:
		return v.key(x.X)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return v.key(x.X)
		}
	case *ast.CompositeLit:
		if f.typeOf(x.Type) == httpServer {
			return fmt.Sprintf("made %s#%d", f.path, f.offset(x.Pos()))
		}
	case *ast.CallExpr:
		if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "new" {
			return fmt.Sprintf("made %s#%d", f.path, f.offset(x.Pos()))
		}
		if ours, _ := v.survey.callee(f, x, 0); ours != nil {
			return v.funcKey(ours.file, ours.node)
		}
	case *ast.Ident:
		if x.Obj == nil {
			if x.Name == "_" || x.Name == "nil" {
				return ""
			}
			return fmt.Sprintf("var %s.%s", path.Dir(f.path), x.Name)
		}
		return objectKey(f, x)
	case *ast.SelectorExpr:
		if p := f.imported(x.X); p != "" {
			if in := v.survey.local(p); in != nil && len(in.files) > 0 {
				return fmt.Sprintf("var %s.%s", path.Dir(in.files[0].path), x.Sel.Name)
			}
			return ""
		}
		if t := v.survey.valueType(f, x.X, 0); t.name != "" {
			return fieldKey(t, x.Sel.Name)
		}
	}
	return ""
}

// objectKey names a variable by where it is declared; a package's variable by its name, because other files see no declaration.
func objectKey(f *source, id *ast.Ident) string {
	if id.Obj == nil {
		return ""
	}
	if spec, ok := id.Obj.Decl.(*ast.ValueSpec); ok && f.syntax.Scope != nil && f.syntax.Scope.Objects[id.Name] == id.Obj {
		_ = spec
		return fmt.Sprintf("var %s.%s", path.Dir(f.path), id.Name)
	}
	return fmt.Sprintf("local %s#%d", f.path, f.offset(id.Obj.Pos()))
}

func fieldKey(t named, field string) string {
	if t.name == "" {
		return ""
	}
	return fmt.Sprintf("field %s.%s.%s", t.path, t.name, field)
}

func (v *visitor) funcKey(f *source, fn *ast.FuncDecl) string {
	return fmt.Sprintf("func %s#%d", f.path, f.offset(fn.Pos()))
}

// join says that a and b hold the same server.
func (v *visitor) join(a, b string) {
	a, b = v.root(a), v.root(b)
	if a != "" && b != "" && a != b {
		v.group[a] = b
	}
}

func (v *visitor) root(k string) string {
	for v.group[k] != "" {
		k = v.group[k]
	}
	return k
}
