package patch

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

// refusal names a reason, a way out, and places.
func refusal(reason, hint string, places ...Sighting) error {
	r := problem.Refusal{List: problem.List{{Message: reason, Hint: hint}}}
	for _, p := range places {
		r.Add(p.Place(), "%s", p.What)
	}
	return r
}

// looked is what Look looks for.
const looked = "a call of http.ListenAndServe, ListenAndServeTLS, Serve or ServeTLS, an http.Server, gin's Run, echo's Start or negroni's Run; links were not followed"

// Choose picks the server to change: the only one, or the one at FILE:LINE.
func (s *Survey) Choose(at string) (*Server, error) {
	if at != "" {
		return s.at(at)
	}
	count := len(s.Servers)
	for _, o := range s.Others {
		if o.weight == server {
			count++
		}
	}
	switch {
	case len(s.Servers) == 1 && count == 1:
		return s.Servers[0], nil
	case len(s.Servers) == 0 && len(s.Others) == 0:
		return nil, s.refuse("nothing here gives an HTTP server its handler", "looked for "+looked)
	case len(s.Servers) == 0:
		hint := ""
		if slices.ContainsFunc(s.Others, func(o Other) bool { return strings.Contains(strings.Join(o.Advice, ";"), "guard.Handler") }) {
			hint = "write what stands below by hand; then run this again, and it writes package " + Package + " alone"
		}
		return nil, s.refuse("no server here can be changed safely", hint)
	case len(s.Servers) == 1:
		return nil, s.refuse(fmt.Sprintf("there are %d servers, and only one of them can be changed", count), "--server "+s.Name(s.Servers[0]))
	}
	return nil, s.refuse(fmt.Sprintf("there are %d servers: say which", count), "--server "+s.Name(s.likely()))
}

// besideWords name servers that stand beside the one that is meant: for their own machine, for operators, or to send callers on to https.
var besideWords = []string{`"localhost:`, `"127.0.0.1:`, `"[::1]:`, "pprof", "promhttp", "metrics", "admin", "debug", "redirect", `":80"`, ":6060", ":9090"}

// likely is the server to propose: the first that none of those words is about.
func (s *Survey) likely() *Server {
	for _, sv := range s.Servers {
		if !slices.ContainsFunc(besideWords, func(word string) bool { return strings.Contains(strings.ToLower(sv.What), word) }) {
			return sv
		}
	}
	return s.Servers[0]
}

// at finds the server at FILE:LINE, or at FILE:LINE:COLUMN where a line has several.
func (s *Survey) at(at string) (*Server, error) {
	m := position.FindStringSubmatch(at)
	if m == nil {
		return nil, problem.List{{Subject: "--server", Message: fmt.Sprintf("%q is not FILE:LINE", at), Hint: "--server cmd/shop/main.go:21"}}
	}
	file := path.Clean(strings.ReplaceAll(m[1], `\`, "/"))
	line, err := strconv.Atoi(m[2])
	if err != nil {
		return nil, problem.List{{Subject: "--server", Message: fmt.Sprintf("%q is no number of a line", m[2])}}
	}
	var found []*Server
	for _, sv := range s.Servers {
		if sv.File == file && sv.Line == line && (m[3] == "" || m[3] == strconv.Itoa(sv.column)) {
			found = append(found, sv)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		for _, o := range s.Others {
			if o.File == file && o.Line == line {
				return nil, refuseOther(o)
			}
		}
		return nil, s.refuse(fmt.Sprintf("no server gets its handler at %s", at), "")
	}
	return nil, s.refuse(fmt.Sprintf("there are %d servers at %s: say which", len(found), at), "--server "+s.Name(found[0]))
}

var position = regexp.MustCompile(`^(.+?):([0-9]+)(?::([0-9]+))?$`)

// Name says where a server is: file:line, or file:line:column where a line has several.
func (s *Survey) Name(sv *Server) string {
	for _, other := range s.Servers {
		if other != sv && other.File == sv.File && other.Line == sv.Line {
			return fmt.Sprintf("%s:%d", sv.Place(), sv.column)
		}
	}
	return sv.Place()
}

// Around is the server whose handler is given at a line, among all lines of its expression; nil if that is none, or more than one.
func (s *Survey) Around(file string, line int) *Server {
	var found *Server
	for _, sv := range s.Servers {
		if sv.File == file && sv.Line <= line && line <= sv.end {
			if found != nil {
				return nil
			}
			found = sv
		}
	}
	return found
}

func refuseOther(o Other) error {
	r := problem.Refusal{}
	r.Hint(byHand(o.Advice), o.Place(), "%s: %s", o.What, o.Why)
	return r
}

// refuse lists everything that was found.
func (s *Survey) refuse(reason, hint string) error {
	r := problem.Refusal{List: problem.List{{Message: reason, Hint: hint}}}
	for _, sv := range s.Servers {
		what := sv.What
		if sv.Constraint != "" {
			what += " (only with //go:build " + sv.Constraint + ")"
		}
		r.Add(s.Name(sv), "%s", what)
	}
	for _, o := range s.Others {
		r.Hint(byHand(o.Advice), o.Place(), "%s: %s", o.What, o.Why)
	}
	for _, f := range s.Skipped {
		r.Add(f.Place(), "not looked at: %s", f.Why)
	}
	return r
}

func byHand(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return "by hand: " + strings.Join(lines, "; ")
}

// byHand is what a person would write at the place.
func (sv *Server) byHand() []string {
	f := sv.file
	path := "MODULE/" + Package
	if g := f.guard(); g != "" {
		path = g
	}
	lines := []string{"import " + strconv.Quote(path)}
	wrapped := "guard.Handler(http.DefaultServeMux)"
	if sv.handler != nil && !isNil(sv.handler) {
		wrapped = "guard.Handler(" + f.short(sv.handler) + ")"
	}
	switch sv.shape {
	case function, inner:
		text := f.text(sv.call)
		from, to := f.offset(sv.handler.Pos())-f.offset(sv.call.Pos()), f.offset(sv.handler.End())-f.offset(sv.call.Pos())
		return append(lines, text[:from]+wrapped+text[to:])
	case gin, echo, negroni:
		return append(lines, "http.ListenAndServe(addr, "+wrapped+")")
	}
	return append(lines, "Handler: "+wrapped)
}

// Main is the folder of a module's program, below the module's: the server's own, the only one, or that which is named like the module.
func (s *Survey) Main(m *Module, sv *Server) string {
	var mains []string
	for dir, files := range s.dirs {
		if s.ModuleOf(path.Join(dir, "x.go")) == m && slices.ContainsFunc(files, func(f *source) bool { return f.packageName == "main" }) {
			below := dir
			if m.Dir != "." {
				below = strings.TrimPrefix(strings.TrimPrefix(dir, m.Dir), "/")
			}
			if below == "" {
				below = "."
			}
			mains = append(mains, below)
		}
	}
	slices.Sort(mains)
	if len(mains) == 0 {
		return ""
	}
	if sv != nil && sv.file.packageName == "main" {
		for _, dir := range mains {
			if path.Join(m.Dir, dir) == path.Dir(sv.File) {
				return dir
			}
		}
	}
	for _, dir := range mains {
		if dir == "." || path.Base(dir) == path.Base(m.Path) {
			return dir
		}
	}
	return mains[0]
}
