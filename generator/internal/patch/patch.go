// Package patch edits source that a person wrote.
//
// It parses to find the place where an HTTP server gets its handler, and splices bytes to change it: every byte outside the splice
// survives, comments, odd spacing and line endings included. It works on syntax alone, follows a definition only where that is cheap and
// safe, and says what it saw where it is not sure. No function here touches a disk or runs a program.
package patch

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/tree"
)

// Package is where our package stands in a module.
const Package = "internal/guard"

// Helper is the file of our package that a splice may need: what a router's own start did.
const Helper = "start.go"

// maxSource is how long a Go file may be. Longer ones are data in a Go file's clothes; parsing them would take seconds.
const maxSource = 4 << 20

// A Module is a go.mod of the repository.
type Module struct {
	Dir    string // slash-separated, "." at the root
	Path   string // "" where go.mod cannot be read
	Go     string // its go line; "" without one
	Vendor bool   // it keeps its dependencies in vendor/
	main   bool   // it has a program
}

// Guard is the import path of our package in m.
func (m *Module) Guard() string { return m.Path + "/" + Package }

// Name is the last element of the module's path that is not a version.
func (m *Module) Name() string {
	prefix, _, ok := module.SplitPathVersion(m.Path)
	if !ok {
		prefix = m.Path
	}
	return path.Base(prefix)
}

// A Sighting is something that stands at a line of the repository.
type Sighting struct {
	File string
	Line int
	What string // what it is, as the code writes it
	Why  string // why it cannot be changed, or what is weak about it; "" if nothing is
}

// Place is file:line.
func (s Sighting) Place() string { return s.File + ":" + strconv.Itoa(s.Line) }

// String is the place and what stands there; of a file that is a sign as a whole, its path.
func (s Sighting) String() string {
	if s.What == "" {
		return s.File
	}
	return s.Place() + ": " + s.What
}

// A Survey is what a look at a repository found.
type Survey struct {
	Modules []*Module
	Servers []*Server  // where a server gets its handler, and we can put ours around it; by file and line
	Others  []Other    // servers that we leave alone
	Wrapped []Sighting // handlers that our package is around already
	Streams []Sighting // answers that last: server-sent events, upgrades, proxies
	Skipped []Sighting // files that could not be read as Go
	Has     map[string][]Sighting

	files map[string]*source // the Go files that count
	dirs  map[string][]*source
	pkgs  map[string]*pkg
	loose []Sighting // h2c handlers that no server is seen to get
}

// An Other is a server that we leave alone, with what a person can do about it.
type Other struct {
	Sighting
	Advice []string // lines to write by hand, at that place
	weight weight
}

// weight says how much a server that we leave alone counts when another could be chosen.
type weight int

const (
	aside  weight = iota // it takes no HTTP requests of its own: gRPC, say
	server               // it is a server like the others
)

// Wants reports whether Look reads the file at p, or looks into the folder.
func Wants(p string, d fs.DirEntry) bool {
	name := path.Base(p)
	if d.IsDir() {
		switch {
		case p == ".github" || strings.HasPrefix(p, ".github/"), p == ".hardwright":
			return true
		case name == "vendor", name == "testdata", name == "node_modules", strings.HasPrefix(name, "_"), strings.HasPrefix(name, "."):
			return false
		}
		return true
	}
	switch {
	case strings.HasSuffix(name, ".go"):
		return !strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, ".")
	case name == "go.mod", name == "go.work", name == ".gitmodules", name == ".git":
		return true
	}
	return fileOf(p) != ""
}

// Look surveys a repository. files holds what Wants asks for, and vendor/modules.txt of each module that has one.
func Look(files tree.Tree) *Survey {
	s := &Survey{Has: map[string][]Sighting{}, files: map[string]*source{}, dirs: map[string][]*source{}, pkgs: map[string]*pkg{}}
	elsewhere := submodules(files)
	paths := make([]string, 0, len(files))
	for p := range files {
		if !slices.ContainsFunc(elsewhere, func(dir string) bool { return strings.HasPrefix(p, dir+"/") }) {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	for _, p := range paths {
		if path.Base(p) == "go.mod" {
			s.Modules = append(s.Modules, readModule(p, files))
		}
	}
	for _, p := range paths {
		switch {
		case strings.HasSuffix(p, ".go"):
			s.file(p, files[p].Data)
		default:
			if component := fileOf(p); component != "" {
				s.Has[component] = append(s.Has[component], Sighting{File: p, Line: 1})
			}
		}
	}
	s.servers(paths)
	s.has(paths)
	slices.SortFunc(s.Servers, func(a, b *Server) int { return order(a.Sighting, b.Sighting) })
	slices.SortFunc(s.Others, func(a, b Other) int { return order(a.Sighting, b.Sighting) })
	for _, l := range [][]Sighting{s.Wrapped, s.Streams, s.Skipped} {
		slices.SortFunc(l, order)
	}
	return s
}

func order(a, b Sighting) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
}

// submodules are folders that belong to another repository: a change there would be lost with the next checkout.
func submodules(files tree.Tree) []string {
	var out []string
	for line := range bytes.Lines(files[".gitmodules"].Data) {
		if key, value, ok := bytes.Cut(line, []byte("=")); ok && string(bytes.TrimSpace(key)) == "path" {
			out = append(out, path.Clean(string(bytes.TrimSpace(value))))
		}
	}
	for p := range files {
		if path.Base(p) == ".git" && p != ".git" {
			out = append(out, path.Dir(p))
		}
	}
	return out
}

func readModule(p string, files tree.Tree) *Module {
	m := &Module{Dir: path.Dir(p)}
	_, m.Vendor = files[path.Join(m.Dir, "vendor/modules.txt")]
	if f, err := modfile.ParseLax(p, files[p].Data, nil); err == nil && f.Module != nil {
		m.Path = f.Module.Mod.Path
		if f.Go != nil {
			m.Go = f.Go.Version
		}
	}
	return m
}

// ModuleOf is the module that the file at p belongs to, or nil.
func (s *Survey) ModuleOf(p string) *Module {
	var best *Module
	for _, m := range s.Modules {
		if (m.Dir == "." || strings.HasPrefix(p, m.Dir+"/")) && (best == nil || len(m.Dir) > len(best.Dir)) {
			best = m
		}
	}
	return best
}

// file takes a Go file in, if it counts.
func (s *Survey) file(p string, data []byte) {
	switch {
	case len(data) > maxSource:
		s.Skipped = append(s.Skipped, Sighting{File: p, Line: 1, Why: fmt.Sprintf("longer than %d MiB", maxSource>>20)})
		return
	case bytes.IndexByte(data, 0) >= 0:
		s.Skipped = append(s.Skipped, Sighting{File: p, Line: 1, Why: "binary"})
		return
	}
	f := &source{path: p, data: data}
	f.header()
	if f.ignored {
		return
	}
	f.module = s.ModuleOf(p)
	if f.module != nil && f.packageName == "main" {
		f.module.main = true
	}
	s.files[p] = f
	dir := path.Dir(p)
	s.dirs[dir] = append(s.dirs[dir], f)
}
