package patch

import (
	"fmt"
	"go/ast"
	"slices"

	"golang.org/x/mod/module"
)

// fields are what an http.Server must have set to outlive slow clients, in the order of its documentation.
var fields = []string{"ReadTimeout", "ReadHeaderTimeout", "WriteTimeout", "IdleTimeout", "MaxHeaderBytes"}

// server takes a place in, unless it is one that we leave alone.
func (v *visitor) server(sv *Server, at ast.Node) {
	f := v.file
	if sv.file == nil {
		sv.file, sv.Sighting, sv.column, sv.end = f, f.sighting(at), f.column(at.Pos()), f.line(at.End())
	}
	sv.Module, sv.Constraint = sv.file.module, sv.file.constraint
	if v.wrapped(sv) {
		return
	}
	v.inside(sv)
	sv.Module, sv.Constraint = sv.file.module, sv.file.constraint
	why := ""
	switch {
	case sv.file.generated:
		why = "the file is generated, and would lose the change"
	case sv.Module == nil:
		why = "it belongs to no module: there is no go.mod above it"
	case sv.Module.Path == "":
		why = "go.mod names no module"
	case module.CheckImportPath(sv.Module.Guard()) != nil:
		why = fmt.Sprintf("no package of module %q can be imported", sv.Module.Path)
	}
	advice := sv.byHand()
	if engine := v.ginHandler(sv); why == "" && engine != "" {
		why = ginAroundEngine
		advice = h2cByHand(engine)
	}
	if why != "" {
		v.survey.Others = append(v.survey.Others, Other{Sighting: because(sv.Sighting, why), Advice: advice, weight: server})
		return
	}
	v.survey.Servers = append(v.survey.Servers, sv)
}

// because is s with the reason why it is left alone.
func because(s Sighting, why string) Sighting {
	s.Why = why
	return s
}

// other notes a server that we leave alone.
func (v *visitor) other(at ast.Node, why string, w weight, advice ...string) {
	v.survey.Others = append(v.survey.Others, Other{Sighting: because(v.file.sighting(at), why), Advice: advice, weight: w})
}

// wrapped reports whether our package is around the handler already. The call of guard.Handler itself is noted where it is visited.
func (v *visitor) wrapped(sv *Server) bool {
	x := sv.handler
	if x == nil {
		return false
	}
	if d := definition(x); d != nil {
		x = d
	}
	if h := v.h2cArgument(sv.file, x); h != nil {
		x = h
	}
	return sv.file.isGuard(x)
}

// ginHandler is the engine, as it is written, where the handler is r.Handler() of an engine that speaks h2c: what that returns speaks it around
// the engine.
func (v *visitor) ginHandler(sv *Server) string {
	x := sv.handler
	if d := definition(x); d != nil {
		x = d
	}
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return ""
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Handler" || v.survey.valueType(sv.file, sel.X, 0) != ginEngine || !v.ginH2C() {
		return ""
	}
	return sv.file.text(sel.X)
}

const ginAroundEngine = "UseH2C is set: requests inside an h2c connection would not pass a handler around the engine"

func h2cByHand(engine string) []string {
	return []string{fmt.Sprintf("http.ListenAndServe(addr, h2c.NewHandler(guard.Handler(%s), &http2.Server{}))", engine)}
}

// isGuard reports whether x is guard.Handler(…).
func (f *source) isGuard(x ast.Expr) bool {
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	return ok && f.guard() != "" && sel.Sel.Name == "Handler" && f.imported(sel.X) == f.guard()
}

// definition is what a variable of this file is defined as, if that is its one definition and a single expression.
func definition(x ast.Expr) ast.Expr {
	id, ok := x.(*ast.Ident)
	if !ok || id.Obj == nil {
		return nil
	}
	switch d := id.Obj.Decl.(type) {
	case *ast.AssignStmt:
		if len(d.Lhs) == 1 && len(d.Rhs) == 1 {
			return d.Rhs[0]
		}
	case *ast.ValueSpec:
		if len(d.Names) == 1 && len(d.Values) == 1 {
			return d.Values[0]
		}
	}
	return nil
}

func (v *visitor) h2cArgument(f *source, x ast.Expr) ast.Expr {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return nil
	}
	if _, theirs := v.survey.callee(f, call, 0); theirs != h2cHandler {
		return nil
	}
	return call.Args[0]
}

// inside moves the place into h2c.NewHandler(h, …), where that is the handler: an h2c connection is hijacked by the first request, and the
// requests inside it go to h alone. What stands around h2c.NewHandler would see none of them.
func (v *visitor) inside(sv *Server) {
	for _, x := range []ast.Expr{sv.handler, definition(sv.handler)} {
		if x == nil {
			continue
		}
		if h := v.h2cArgument(sv.file, x); h != nil {
			call := x.(*ast.CallExpr) // h2cArgument says so
			v.useH2C(call)
			sv.shape, sv.call, sv.handler = inner, call, h
			sv.Sighting.What = sv.file.short(x)
			sv.Sighting.Line, sv.column, sv.end = sv.file.line(x.Pos()), sv.file.column(x.Pos()), sv.file.line(x.End())
			return
		}
	}
}

func (v *visitor) useH2C(call *ast.CallExpr) {
	if v.h2cUsed == nil {
		v.h2cUsed = map[*ast.CallExpr]bool{}
	}
	v.h2cUsed[call] = true
}

// settle brings literals, assignments and h2c handlers together, when all files have been seen.
func (v *visitor) settle() {
	type holder struct {
		made  []made
		given []given
		sets  []string
	}
	groups := map[string]*holder{}
	var order []*holder
	in := func(key, otherwise string) *holder {
		k := v.root(key)
		if k == "" {
			k = otherwise
		}
		if groups[k] == nil {
			groups[k] = &holder{}
			order = append(order, groups[k])
		}
		return groups[k]
	}
	for _, m := range v.made {
		g := in(m.key, fmt.Sprintf("made %s#%d", m.file.path, m.file.offset(m.node.Pos())))
		g.made = append(g.made, m)
	}
	for _, h := range v.given {
		g := in(h.key, fmt.Sprintf("given %s#%d", h.file.path, h.file.offset(h.node.Pos())))
		g.given = append(g.given, h)
	}
	for _, set := range v.sets {
		if k := v.root(set.key); groups[k] != nil {
			groups[k].sets = append(groups[k].sets, set.field)
		}
	}
	started := map[string]bool{}
	for k := range v.started {
		started[v.root(k)] = true
	}
	for k := range started {
		if g := groups[k]; g != nil && len(g.given) == 0 {
			for _, sv := range v.survey.Servers {
				if sv.shape == echo && sv.start == "StartServer" && len(g.made) == 1 && g.made[0].literal != nil {
					sv.literal, sv.set = &owned[*ast.CompositeLit]{g.made[0].file, g.made[0].literal}, g.sets
				}
			}
			g.made = nil
		}
	}
	// Options: func(s *http.Server) { s.Handler = h } is applied to a server that we cannot follow it to. With one server that has no
	// handler otherwise, it can only be that one.
	var handlerless, homeless []*holder
	for _, g := range order {
		switch {
		case len(g.made) == 0 && len(g.given) > 0:
			homeless = append(homeless, g)
		case len(g.given) == 0 && len(g.made) > 0 && len(g.made) == countHandlerless(g.made):
			handlerless = append(handlerless, g)
		}
	}
	if len(handlerless) == 1 && len(homeless) > 0 {
		for _, h := range homeless {
			handlerless[0].given = append(handlerless[0].given, h.given...)
			h.given = nil
		}
	}
	for _, g := range order {
		var literal *owned[*ast.CompositeLit]
		if len(g.made) == 1 && g.made[0].literal != nil {
			literal = &owned[*ast.CompositeLit]{g.made[0].file, g.made[0].literal}
		}
		for _, h := range g.given {
			v.file = h.file
			v.server(&Server{shape: field, handler: h.h, literal: literal, set: g.sets}, h.node)
		}
		for _, m := range g.made {
			v.file = m.file
			switch {
			case m.literal == nil:
				if len(g.given) == 0 {
					v.other(m.node, "it gets no handler: it serves http.DefaultServeMux", server, "srv.Handler = guard.Handler(http.DefaultServeMux) // before it is started")
				}
				continue
			case positional(m.literal):
				v.other(m.node, "its fields have no names", server, "name its fields, and give Handler as guard.Handler(h)")
				continue
			}
			own := &owned[*ast.CompositeLit]{m.file, m.literal}
			if h := elementOf(m.literal, "Handler"); h != nil {
				v.server(&Server{shape: field, handler: h.Value, literal: own, set: g.sets}, m.literal)
			} else if len(g.given) == 0 {
				v.server(&Server{shape: absent, literal: own, set: g.sets}, m.literal)
			}
		}
	}
	v.settleH2C()
	v.library()
}

func countHandlerless(all []made) int {
	n := 0
	for _, m := range all {
		if m.literal == nil || elementOf(m.literal, "Handler") == nil {
			n++
		}
	}
	return n
}

// settleH2C: an h2c handler that no server is seen to get is taken instead of the one server whose handler we cannot follow.
func (v *visitor) settleH2C() {
	var free []*Server
	for _, h := range v.h2c {
		if !v.h2cUsed[h.call] && !h.file.isGuard(h.handler) {
			free = append(free, h)
		}
	}
	if len(free) == 0 {
		return
	}
	s := v.survey
	if len(free) == 1 && len(s.Servers) == 1 && s.Servers[0].shape != absent && s.Servers[0].handler != nil && !isNil(s.Servers[0].handler) {
		only := s.Servers[0]
		s.Servers = nil
		free[0].literal, free[0].set = only.literal, only.set
	}
	for _, h := range free {
		v.file = h.file
		v.server(h, h.call)
	}
	s.Servers = slices.DeleteFunc(s.Servers, func(sv *Server) bool {
		if sv.shape == inner || !v.mayBeH2C(sv.file, sv.handler) {
			return false
		}
		why := "its handler may be that of " + free[0].Place() + ", and requests inside an h2c connection would not pass ours around it"
		s.Others = append(s.Others, Other{Sighting: because(sv.Sighting, why), Advice: free[0].byHand(), weight: server})
		return true
	})
}

// mayBeH2C reports whether x could be an h2c handler that was made elsewhere.
func (v *visitor) mayBeH2C(f *source, x ast.Expr) bool {
	if d := definition(x); d != nil {
		x = d
	}
	switch x := x.(type) {
	case nil, *ast.CompositeLit, *ast.UnaryExpr, *ast.FuncLit:
		return false
	case *ast.CallExpr:
		_, theirs := v.survey.callee(f, x, 0)
		return theirs.path == "" // another module's function, http.NewServeMux say, makes none
	}
	return !isNil(x)
}

// library moves all servers aside where nothing in the repository is a program: whoever serves it has to decide.
func (v *visitor) library() {
	s := v.survey
	for _, f := range s.files {
		if f.packageName == "main" {
			return
		}
	}
	for _, sv := range s.Servers {
		s.Others = append(s.Others, Other{Sighting: because(sv.Sighting, "this repository has no package main: it is a library"), Advice: sv.byHand(), weight: server})
	}
	s.Servers = nil
}

func isNil(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "nil" && id.Obj == nil
}

func positional(l *ast.CompositeLit) bool {
	return len(l.Elts) > 0 && func() bool { _, named := l.Elts[0].(*ast.KeyValueExpr); return !named }()
}

func elementOf(l *ast.CompositeLit, name string) *ast.KeyValueExpr {
	for _, e := range l.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == name {
				return kv
			}
		}
	}
	return nil
}
