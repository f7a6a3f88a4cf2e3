package patch

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// gin: r.Run(addr) is http.ListenAndServe(addr, r) and a line of debug output, and gin's documentation shows that call for a server of
// one's own. The engine is wrapped, and not given a middleware: the routes' own 404 and 405 come from the engine as well, and a handler
// around it sees the same bytes as the client.
func (e *editor) gin(sv *Server, c Change, r *Result) error {
	if commented(e.file, sv.call, sv.call.Args) {
		return refusal("comments stand between the arguments, and would be lost", "move them", sv.Sighting)
	}
	args := sv.call.Args
	switch sv.start {
	case "Run":
		e.start(sv, c, e.address(args, r), "ListenAndServe", "ListenAndServe()")
	case "RunTLS":
		e.start(sv, c, e.file.text(args[0]), "ListenAndServeTLS", "ListenAndServeTLS("+e.file.text(args[1])+", "+e.file.text(args[2])+")")
	case "RunListener":
		e.start(sv, c, "", "Serve", "Serve("+e.file.text(args[0])+")")
	}
	r.Notes = append(r.Notes, sv.Place()+": net/http starts the server instead of gin's "+sv.start+", as it does inside")
	return nil
}

// start writes the start of a server with net/http in the place of a router's own.
func (e *editor) start(sv *Server, c Change, addr, fun, then string) {
	f := e.file
	from, to := f.offset(sv.call.Pos()), f.offset(sv.call.End())
	if len(c.Fields) > 0 {
		elements := [][2]string{{"Addr", addr}, {"Handler", e.handler(sv, c)}}
		if addr == "" {
			elements = elements[1:]
		}
		e.replace(from, to, e.literal(sv, c, elements)+"."+then)
		return
	}
	args := []string{addr}
	if _, inside, ok := strings.Cut(strings.TrimSuffix(then, ")"), "("); ok && inside != "" {
		args = append(args, inside)
	}
	if addr == "" {
		args = args[1:]
	}
	e.replace(from, to, e.useHTTP()+"."+fun+"("+strings.Join(args, ", ")+", "+e.handler(sv, c)+")")
}

// address is where gin's and negroni's Run listen: what they are given, else the port of the environment, else 8080.
func (e *editor) address(args []ast.Expr, r *Result) string {
	if len(args) > 0 {
		return e.file.text(args[0])
	}
	r.Helper = addrHelper
	return e.guard() + ".Addr()"
}

// echo: e.Start sets e.Server.Handler to e itself, so what is set there before would be lost, and echo's middleware cannot stand around
// its error handler, which writes last. So e.Server is started with our handler around e. It is the server that e.Shutdown and e.Close stop.
func (e *editor) echo(sv *Server, c Change, r *Result) error {
	if commented(e.file, sv.call, sv.call.Args) {
		return refusal("comments stand between the arguments, and would be lost", "move them", sv.Sighting)
	}
	f := e.file
	recv := f.text(sv.handler)
	var args []string
	for _, a := range sv.call.Args {
		args = append(args, f.text(a))
	}
	switch sv.start {
	case "Start":
		args = append([]string{recv + ".Server"}, args...)
	case "StartTLS":
		args = append([]string{recv + ".TLSServer"}, args...)
	}
	args = append(args, recv)
	e.replace(f.offset(sv.call.Pos()), f.offset(sv.call.End()), e.guard()+"."+sv.start+"("+strings.Join(args, ", ")+")")
	r.Helper = echoHelper(sv, c)
	r.Notes = append(r.Notes, sv.Place()+": echo no longer prints its banner and address; e.Shutdown and e.Close stop the server as before")
	return nil
}

// negroni: a handler of negroni's cannot stand around the stack that it is in, so a new stack holds nothing but ours around the old one,
// and its Run is called: it reads PORT, logs and exits as before. Timeouts need an http.Server, which Run does not show.
func (e *editor) negroni(sv *Server, c Change, r *Result) error {
	f := e.file
	if len(c.Fields) > 0 {
		if commented(f, sv.call, sv.call.Args) {
			return refusal("comments stand between the arguments, and would be lost", "move them", sv.Sighting)
		}
		elements := [][2]string{{"Addr", e.address(sv.call.Args, r)}, {"Handler", e.handler(sv, c)}}
		e.replace(f.offset(sv.call.Pos()), f.offset(sv.call.End()), e.use("log", "log", "stdlog")+".Fatal("+e.literal(sv, c, elements)+".ListenAndServe())")
		r.Notes = append(r.Notes, sv.Place()+": net/http starts the server instead of negroni's Run, which has no timeouts")
		return nil
	}
	if !c.Wrap {
		return nil
	}
	name := e.use(e.negroniPath(), "negroni", "urfavenegroni")
	from, to := f.offset(sv.handler.Pos()), f.offset(sv.handler.End())
	e.replace(from, from, name+".New("+name+".Wrap("+e.guard()+".Handler(")
	e.replace(to, to, ")))")
	return nil
}

// negroniPath is how the repository imports negroni: there are several major versions.
func (e *editor) negroniPath() string {
	files := []*source{e.file}
	for _, p := range slices.Sorted(maps.Keys(e.survey.files)) {
		files = append(files, e.survey.files[p])
	}
	for _, f := range files {
		if !f.contains("/negroni") || !f.parse() {
			continue
		}
		for _, p := range f.imports {
			if unversioned(p) == negroniApp.path {
				return p
			}
		}
	}
	return negroniApp.path
}

// addrHelper stands in for what gin's and negroni's Run do without an address.
var addrHelper = []byte(`package guard

import "os"

// Addr is where the router's own Run would listen: the port of the environment, else 8080.
func Addr() string {
	if port := os.Getenv("PORT"); port != "" {
		return ":" + port
	}
	return ":8080"
}
`)

// echoHelper starts a server as echo does.
func echoHelper(sv *Server, c Change) []byte {
	var b strings.Builder
	b.WriteString("package guard\n\nimport \"net/http\"\n\n")
	handler := "h"
	if c.Wrap {
		handler = "Handler(h)"
	}
	switch sv.start {
	case "Start":
		b.WriteString("// Start serves h at addr. s is the server that echo's own Start would use: echo's Shutdown and Close stop it.\n")
		b.WriteString("func Start(s *http.Server, addr string, h http.Handler) error {\n\ts.Addr, s.Handler = addr, " + handler + "\n")
	case "StartTLS":
		b.WriteString("// StartTLS serves h at addr. s is the server that echo's own StartTLS would use: echo's Shutdown and Close stop it.\n")
		b.WriteString("func StartTLS(s *http.Server, addr, certFile, keyFile string, h http.Handler) error {\n\ts.Addr, s.Handler = addr, " + handler + "\n")
	case "StartServer":
		b.WriteString("// StartServer serves h on s, with TLS where s is configured for it, as echo's own StartServer does.\n")
		b.WriteString("func StartServer(s *http.Server, h http.Handler) error {\n\ts.Handler = " + handler + "\n")
	}
	for _, name := range sv.missing(c) {
		fmt.Fprintf(&b, "\tif s.%[1]s == 0 {\n\t\ts.%[1]s = %[1]s\n\t}\n", name)
	}
	switch sv.start {
	case "Start":
		b.WriteString("\treturn s.ListenAndServe()\n}\n")
	case "StartTLS":
		b.WriteString("\treturn s.ListenAndServeTLS(certFile, keyFile)\n}\n")
	case "StartServer":
		b.WriteString("\tif s.TLSConfig != nil {\n\t\treturn s.ListenAndServeTLS(\"\", \"\")\n\t}\n\treturn s.ListenAndServe()\n}\n")
	}
	return []byte(b.String())
}
