package component

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// The folders of a component that hold its files.
const (
	OwnPayload     = "_files"
	ForeignPayload = "_foreign"
	SharedPayload  = "_both" // below the folder of the module there
)

// ModuleFolder is the first element of payload paths that stand in the folder of the module, wherever in the repository that is.
const ModuleFolder = "__module__"

// OldestGo is the go line below which nothing is added to a repository: log/slog, min, max and clear came with it.
const OldestGo = "1.21.0"

// Facts are what a repository that hardwright did not write says about itself. They reach templates and paths, and were typed by a person.
type Facts struct {
	Module string // path of the module
	Folder string // where the module lives, below the repository's root; "" or ".": the root itself
	Go     string // its go line: 1.21, 1.22.3
	Name   string // of the program, as spec.CheckName wants it
	Main   string // folder of the main package, below the module's: "." or cmd/shop; "" if there is none
	Branch string // the default branch; main if nobody knows
}

// Words are what conditions may ask about the repository: go121, go122, and so on up to its go line.
func (f Facts) Words() []string {
	var out []string
	for minor := 21; minor <= goMinor(f.Go); minor++ {
		out = append(out, "go1"+strconv.Itoa(minor))
	}
	return out
}

// Check says what is wrong with the facts: they become paths, Go and YAML.
func (f Facts) Check() problem.List {
	var out problem.List
	if p := spec.CheckName(f.Name); p != nil {
		out.Hint(p.Hint, "name", "%s", p.Message)
	}
	if f.Folder != "" && !fs.ValidPath(f.Folder) || strings.ContainsFunc(f.Folder, unicode.IsControl) {
		out.Add("the module's folder", "%q is not a folder below the repository's", f.Folder)
	}
	if f.Main != "" && f.Main != "." && module.CheckImportPath(f.Main) != nil {
		out.Add("the main package's folder", "%q cannot be imported", f.Main)
	}
	if strings.ContainsFunc(f.Branch, func(r rune) bool { return r <= ' ' || unicode.IsControl(r) }) {
		out.Add("branch", "%q is not the name of a branch", f.Branch)
	}
	return out
}

// goMinor is 22 of 1.22, 1.22.3 and 1.22rc1; a module without a go line has 1.16 (go.dev/ref/mod#go-mod-file-go).
func goMinor(line string) int {
	var minor int
	if _, err := fmt.Sscanf(line, "1.%d", &minor); err != nil {
		return 16
	}
	return minor
}

// Foreign is the catalog of what goes into repositories that hardwright did not write. Its components are the foreign sides, all of them of
// kind Foreign.
func (c *Catalog) Foreign() *Catalog {
	f := &Catalog{FS: c.FS, Controls: c.Controls, Broken: c.Broken, byName: map[string]*Component{}}
	for _, each := range c.All {
		if each.Foreign != nil {
			f.All = append(f.All, each.Foreign)
			f.byName[each.Name] = each.Foreign
		}
	}
	return f
}

// ForeignNames lists what add may name in a repository that hardwright did not write, sorted.
func (c *Catalog) ForeignNames() []string {
	var out []string
	for _, each := range c.All {
		if each.Foreign != nil && !each.Foreign.Hidden {
			out = append(out, each.Name)
		}
	}
	return out
}

// ResolveForeign works out what comes into a repository that hardwright did not write. Of want it reads Deploy, CI, With, all of which name
// components, and Set. Every problem is reported.
func (c *Catalog) ResolveForeign(want spec.Spec, facts Facts) (*Selection, error) {
	fc := c.Foreign()
	names := slices.Concat(want.Deploy, want.With)
	if want.CI != "" {
		names = append(names, want.CI)
	}
	want = want.Sorted()
	want.Name, want.Module = facts.Name, facts.Module
	if facts.Branch == "" {
		facts.Branch = "main"
	}
	s := &Selection{
		Spec: want, Facts: &facts, words: map[string]bool{}, inputs: map[string]map[string]any{},
		texts: map[string]map[string]string{}, why: map[string]string{},
	}
	problems := facts.Check()
	roots := map[string]string{}
	for _, name := range names {
		switch side, ok := fc.Get(name); {
		case name == spec.None:
		case !ok || side.Hidden:
			problems = append(problems, c.notForeign(name)...)
		default:
			roots[name] = "asked for"
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	fc.close(s, roots, &problems)
	fc.checkNeeds(s, &problems, false)
	fc.checkGo(s, &problems)
	fc.fillInputs(s, &problems)
	return s, problems.Err()
}

// ForeignExample is a wish for one foreign component, with examples for the inputs that it and what it needs require.
func (c *Catalog) ForeignExample(name string) spec.Spec {
	s := spec.Spec{With: []string{name}}
	fc := c.Foreign()
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		got, ok := fc.Get(name)
		if !ok || seen[name] {
			return
		}
		seen[name] = true
		for _, in := range got.Inputs {
			if in.Required {
				s.SetInput(name, in.Name, in.Example)
			}
		}
		for _, n := range got.Needs {
			visit(n.Name)
		}
	}
	visit(name)
	return s
}

// checkGo reports components that the repository's go line is too old for. The line is the owner's decision: it is never raised.
func (c *Catalog) checkGo(s *Selection, problems *problem.List) {
	least := func(name, version string) {
		if olderGo(s.Facts.line(), version) {
			short, says := strings.TrimSuffix(version, ".0"), "says "+s.Facts.Go
			if s.Facts.Go == "" {
				says = "has no go line"
			}
			problems.Hint("go mod edit -go="+short+", if the program still builds and runs then", name, "it needs go %s, and go.mod %s", short, says)
		}
	}
	old := olderGo(s.Facts.line(), OldestGo)
	for _, comp := range s.Components {
		switch {
		case comp.Go != "":
			least(comp.Name, comp.Go)
		case old && !comp.Hidden && c.bringsGo(s, comp):
			least(comp.Name, OldestGo)
		}
	}
}

// bringsGo reports whether a component is, or needs, Go code.
func (c *Catalog) bringsGo(s *Selection, comp *Component) bool {
	return slices.ContainsFunc(comp.Needs, func(n Need) bool { return s.Has(n.Name) })
}

// line is the go line in three parts.
func (f Facts) line() string {
	patch := 0
	fmt.Sscanf(f.Go, "1.%d.%d", new(int), &patch)
	return fmt.Sprintf("1.%d.%d", goMinor(f.Go), patch)
}

// notForeign says why a name is nothing that goes into a repository that hardwright did not write.
func (c *Catalog) notForeign(name string) problem.List {
	if broken, is := c.Broken[name]; is {
		return broken
	}
	offered := c.ForeignNames()
	hint := "one of " + strings.Join(offered, ", ")
	got, ok := c.Get(name)
	switch {
	case !ok:
		if near := problem.Nearest(name, offered); near != "" {
			hint = near
		}
		return problem.List{{Subject: name, Message: "unknown component", Hint: hint}}
	case got.Foreign != nil:
		return problem.List{{Subject: name, Message: "it comes and goes with the components that need it", Hint: hint}}
	}
	return problem.List{{Subject: name, Message: "it has no place in a repository that hardwright did not write", Hint: hint}}
}

// Below is where a path of the module stands in the repository.
func (f Facts) Below(p string) string { return path.Join(f.Folder, p) }

// foreign reads what a component brings into repositories that hardwright did not write.
func (m *manifest) foreign(n *yaml.Node) *Component {
	c := &Component{}
	m.mapping(n, map[string]func(*yaml.Node){
		"summary": func(n *yaml.Node) { c.Summary = m.text(n) },
		"part":    func(n *yaml.Node) { c.Hidden = n.Value == "true" },
		"needs":   func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { c.Needs = append(c.Needs, m.need(n)) }) },
		"conflicts": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Conflicts = append(c.Conflicts, m.choice(n)) })
		},
		"go": func(n *yaml.Node) { c.Go = m.match(n, goVersion) },
		"inputs": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Inputs = append(c.Inputs, m.readInput(n, true)) })
		},
		"server": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Server = append(c.Server, m.match(n, exported)) })
		},
		"slots":  func(n *yaml.Node) { c.Slots = m.slots(n) },
		"wiring": func(n *yaml.Node) { c.Wiring = m.wiring(n) },
		"files":  func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { c.Files = append(c.Files, m.fileRule(n)) }) },
		"seeded": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Seeded = append(c.Seeded, m.path(n)) })
		},
		"executable": func(n *yaml.Node) {
			m.each(n, func(n *yaml.Node) { c.Scripts = append(c.Scripts, m.path(n)) })
		},
		"controls": func(n *yaml.Node) { m.each(n, func(n *yaml.Node) { c.Claims = append(c.Claims, m.claim(n)) }) },
	})
	return c
}

// both reads what holds in services of ours and in other repositories alike.
func (m *manifest) both(n *yaml.Node, c *Component) {
	m.mapping(n, map[string]func(*yaml.Node){
		"slots":  func(n *yaml.Node) { c.Slots = m.slots(n) },
		"wiring": func(n *yaml.Node) { c.Wiring = m.wiring(n) },
	})
}

var exported = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

// foreignOnly judges a component that services of ours never have.
func (m *manifest) foreignOnly(root *yaml.Node, c *Component) {
	if c.Foreign == nil {
		m.at(root, "a component of kind foreign says under foreign what it brings")
	}
	if len(c.Provides)+len(c.Needs)+len(c.Requires)+len(c.Conflicts)+len(c.Inputs)+len(c.Slots)+len(c.Wiring)+len(c.Files)+len(c.Seeded)+len(c.Scripts)+len(c.Claims) > 0 || c.Go != "" {
		m.at(root, "a component of kind foreign has everything below foreign")
	}
}

// required judges an input that add asks for.
func (m *manifest) required(n *yaml.Node, in Input, def *yaml.Node) {
	switch {
	case in.Name == "":
		m.at(n, "an input without a name")
	case !slices.Contains(InputTypes, in.Type):
		m.at(n, "input %s: type %q is not one of %v", in.Name, in.Type, InputTypes)
	case def != nil:
		m.at(n, "input %s is required and has a default", in.Name)
	case in.Question == "":
		m.at(n, "input %s has no question", in.Name)
	case in.Example == "":
		m.at(n, "input %s is required and has no example for its hint", in.Name)
	default:
		if _, err := in.Parse(in.Example); err != nil {
			m.at(n, "input %s: its own example is refused: %v", in.Name, err)
		}
	}
}

// Reads lists the environment variables that a component reads, in the order of its manifest: the env of its entries in the slot settings.
func (c *Component) Reads() []string {
	var out []string
	for _, e := range c.Wiring {
		if n := e.Fields["env"]; e.Slot == "settings" && n != nil {
			out = append(out, n.Value)
		}
	}
	return out
}

// About is what the README of package guard says about a component.
func (c *Component) About() []string {
	var out []string
	for _, e := range c.Wiring {
		if n := e.Fields["body"]; e.Slot == "about" && n != nil {
			out = append(out, n.Value)
		}
	}
	return out
}

// Reads lists the environment variables that the selection reads, sorted. A program that uses one of them for something else would not start.
func (s *Selection) Reads() []string {
	var out []string
	for _, comp := range s.Components {
		out = append(out, comp.Reads()...)
	}
	slices.Sort(out)
	return out
}

// Server lists the fields of http.Server that the selection has constants for in package guard, sorted.
func (s *Selection) Server() []string {
	out := map[string]bool{}
	for _, comp := range s.Components {
		for _, field := range comp.Server {
			out[field] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}
