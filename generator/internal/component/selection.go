package component

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// A Selection is a legal Spec and all that follows from it.
type Selection struct {
	Spec       spec.Spec    // every question answered, sorted
	Components []*Component // sorted by name
	Facts      *Facts       // of a repository that hardwright did not write; nil in a service of ours
	words      map[string]bool
	inputs     map[string]map[string]any
	texts      map[string]map[string]string
	why        map[string]string // component → how it came in
}

// Has reports whether a component, or a word that one provides, is in the service.
func (s *Selection) Has(word string) bool { return s.words[word] }

// Holds reports whether a condition holds in the service.
func (s *Selection) Holds(c Condition) bool { return c.Holds(s.Has, s.text) }

// Input returns the typed value of an input of a component that is in the service.
func (s *Selection) Input(component, name string) (any, bool) {
	v, ok := s.inputs[component][name]
	return v, ok
}

func (s *Selection) text(component, name string) (string, bool) {
	v, ok := s.texts[component][name]
	return v, ok
}

// GoVersion is the go line of services whose components ask for nothing newer. Three parts, because
// that is how the go command writes it.
const GoVersion = "1.26.0"

// GoVersion is the go line: the newest that a component asks for.
func (s *Selection) GoVersion() string {
	out := GoVersion
	for _, c := range s.Components {
		if c.Go != "" && olderGo(out, c.Go) {
			out = c.Go
		}
	}
	return out
}

func olderGo(a, b string) bool {
	var x, y [3]int
	fmt.Sscanf(a, "%d.%d.%d", &x[0], &x[1], &x[2])
	fmt.Sscanf(b, "%d.%d.%d", &y[0], &y[1], &y[2])
	return slices.Compare(x[:], y[:]) < 0
}

// Resolve works out which components and values want asks for. Every problem is reported; a choice
// that cannot be made comes with the nearest ones that can.
func (c *Catalog) Resolve(want spec.Spec) (*Selection, error) {
	sel, problems := c.resolve(want, true)
	if len(problems) > 0 {
		return nil, problems
	}
	sel.Spec.With = slices.DeleteFunc(sel.Spec.With, func(w string) bool { return c.comesAnyway(sel.Spec, w) })
	// What never comes by itself need not be kept out: `add cors`, `remove cors` would otherwise take that wish along.
	sel.Spec.Without = slices.DeleteFunc(sel.Spec.Without, func(w string) bool { got, ok := c.Get(w); return ok && got.Default == nil })
	return sel, nil
}

// comesAnyway reports whether an extra that was asked for is on by default. The Spec does not record it then: `new --with fieldcrypt`
// and `new` followed by `add fieldcrypt` would differ.
func (c *Catalog) comesAnyway(s spec.Spec, extra string) bool {
	if got, ok := c.Get(extra); !ok || got.Default == nil {
		return false
	}
	s = s.Clone()
	s.With = slices.DeleteFunc(s.With, func(w string) bool { return w == extra })
	without, problems := c.resolve(s, false)
	return len(problems) == 0 && without.why[extra] == byDefault
}

// byDefault is why an extra that nobody asked for is there.
const byDefault = "on by default"

// Legal reports whether want can be resolved.
func (c *Catalog) Legal(want spec.Spec) bool {
	_, problems := c.resolve(want, false)
	return len(problems) == 0
}

func (c *Catalog) resolve(want spec.Spec, advise bool) (*Selection, problem.List) {
	s := &Selection{
		Spec: want.Sorted(), words: map[string]bool{}, inputs: map[string]map[string]any{},
		texts: map[string]map[string]string{}, why: map[string]string{},
	}
	var problems problem.List
	c.checkSpec(s.Spec, &problems)
	roots := c.roots(s.Spec, &problems)
	if len(problems) > 0 {
		return s, problems
	}
	c.close(s, roots, &problems)
	c.checkNeeds(s, &problems, advise)
	c.fillInputs(s, &problems)
	return s, problems
}

// checkSpec judges the parts of a Spec that no component has a say in.
func (c *Catalog) checkSpec(s spec.Spec, problems *problem.List) {
	*problems = append(*problems, spec.Check(s)...)
}

// roots maps the components that were asked for, or are in every service, to the reason.
func (c *Catalog) roots(s spec.Spec, problems *problem.List) map[string]string {
	roots := map[string]string{}
	for _, b := range c.OfKind(Base) {
		roots[b.Name] = "in every service"
	}
	choose := func(kind Kind, flag, name string) {
		if name == spec.None || name == "" {
			return
		}
		got, ok := c.Get(name)
		if !ok || got.Kind != kind {
			if broken, is := c.Broken[name]; is && !ok {
				*problems = append(*problems, broken...)
				return
			}
			hint := "one of " + strings.Join(append(c.Names(kind), spec.None), ", ")
			if near := problem.Nearest(name, c.Names(kind)); near != "" {
				hint = flag + " " + near
			}
			problems.Hint(hint, flag, "unknown choice %q", name)
			return
		}
		roots[name] = flag + " " + name
	}
	choose(Database, "--database", s.Database)
	choose(Auth, "--auth", s.Auth)
	choose(CI, "--ci", s.CI)
	for _, d := range s.Deploy {
		if d == spec.None && len(s.Deploy) > 1 {
			problems.Hint("name the deployments, or none alone", "--deploy", "none cannot be combined with others")
			continue
		}
		choose(Deploy, "--deploy", d)
	}
	for _, w := range s.With {
		if got, ok := c.Get(w); !ok || got.Kind != Extra {
			c.notAnExtra("--with", w, problems)
			continue
		}
		roots[w] = "--with " + w
	}
	for _, w := range s.Without {
		if got, ok := c.Get(w); !ok || got.Kind != Extra {
			c.notAnExtra("--without", w, problems)
		}
		if slices.Contains(s.With, w) {
			problems.Hint("leave one of the two out", "--without", "%s is also asked for by --with", w)
		}
	}
	return roots
}

func (c *Catalog) notAnExtra(flag, name string, problems *problem.List) {
	if broken, is := c.Broken[name]; is {
		*problems = append(*problems, broken...)
		return
	}
	extras := c.Names(Extra)
	hint := "one of " + strings.Join(extras, ", ")
	if len(extras) == 0 {
		hint = "there are no extras"
	}
	got, ok := c.Get(name)
	switch {
	case !ok:
		if near := problem.Nearest(name, extras); near != "" {
			hint = flag + " " + near
		}
		problems.Hint(hint, flag, "unknown component %q", name)
	case got.Kind == Base:
		problems.Hint("", flag, "%s is in every service", name)
	case got.Kind == Part:
		problems.Hint("", flag, "%s comes and goes with the components that need it", name)
	case got.Kind == Foreign:
		problems.Hint(hint, flag, "%s is for repositories that hardwright did not write", name)
	default:
		problems.Hint(fmt.Sprintf("--%s %s", got.Kind, name), flag, "%s is a choice of its own", name)
	}
}

// close adds needs and defaults until nothing changes. Each round starts from the roots and judges
// conditions by the round before, so that the result does not depend on the order of asking.
func (c *Catalog) close(s *Selection, roots map[string]string, problems *problem.List) {
	c.adopt(s, roots)
	for range len(c.All) + 2 {
		why := maps.Clone(roots)
		for _, x := range c.OfKind(Extra) {
			if x.Default != nil && why[x.Name] == "" && !slices.Contains(s.Spec.Without, x.Name) && s.Holds(*x.Default) {
				why[x.Name] = byDefault
			}
		}
		for grown := true; grown; {
			grown = false
			for _, name := range slices.Sorted(maps.Keys(why)) {
				got, ok := c.Get(name)
				if !ok {
					continue
				}
				for _, need := range got.Needs {
					if why[need.Name] == "" && s.Holds(need.Only) {
						why[need.Name] = "needed by " + name
						grown = true
					}
				}
			}
		}
		if maps.Equal(why, s.why) {
			return
		}
		c.adopt(s, why)
	}
	problems.Add("components", "the conditions of %s do not settle", strings.Join(slices.Sorted(maps.Keys(s.why)), ", "))
}

// adopt makes the named components the selection.
func (c *Catalog) adopt(s *Selection, why map[string]string) {
	s.why, s.Components, s.words = why, nil, map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(why)) {
		got, ok := c.Get(name)
		if !ok {
			continue
		}
		s.Components = append(s.Components, got)
		s.words[name] = true
		for _, p := range got.Provides {
			s.words[p] = true
		}
	}
	if s.Facts != nil {
		for _, w := range s.Facts.Words() {
			s.words[w] = true
		}
	}
	c.readInputs(s, nil)
}

// checkNeeds reports what the chosen components lack or do not go with.
func (c *Catalog) checkNeeds(s *Selection, problems *problem.List, advise bool) {
	illegal := false
	for _, name := range slices.Sorted(maps.Keys(s.why)) {
		got, ok := c.Get(name)
		if !ok {
			if broken, is := c.Broken[name]; is {
				*problems = append(*problems, broken...)
			} else {
				problems.Add(name, "%s, and is not in the catalog", s.why[name])
			}
			continue
		}
		if slices.Contains(s.Spec.Without, name) {
			problems.Hint("", "--without", "%s is %s", name, s.why[name])
		}
		for _, r := range got.Requires {
			if !s.Has(r.Name) {
				illegal = true
				problems.Hint(r.Hint, subject(got), "%s", r.Reason)
			}
		}
		for _, x := range got.Conflicts {
			if s.Has(x.Name) {
				illegal = true
				problems.Hint(x.Hint, subject(got), "%s", x.Reason)
			}
		}
	}
	if !illegal || !advise {
		return
	}
	near := strings.Join(c.Near(s.Spec), ", or ")
	for i := range *problems {
		p := &(*problems)[i]
		switch {
		case near == "":
		case p.Hint == "":
			p.Hint = "legal: " + near
		case !strings.Contains(near, p.Hint):
			p.Hint += "; legal: " + near
		default:
			p.Hint = "legal: " + near
		}
	}
}

// Near lists the single changes of a choice that make an illegal Spec legal, as flags.
func (c *Catalog) Near(s spec.Spec) []string {
	var out []string
	try := func(flag string, change func(*spec.Spec)) {
		other := s.Clone()
		change(&other)
		if c.Legal(other) {
			out = append(out, flag)
		}
	}
	for _, d := range append(c.Names(Database), spec.None) {
		if d != s.Database {
			try("--database "+d, func(o *spec.Spec) { o.Database = d })
		}
	}
	for _, a := range append(c.Names(Auth), spec.None) {
		if a != s.Auth {
			try("--auth "+a, func(o *spec.Spec) { o.Auth = a })
		}
	}
	for _, d := range s.Deploy {
		try("no --deploy "+d, func(o *spec.Spec) {
			o.Deploy = slices.DeleteFunc(o.Deploy, func(e string) bool { return e == d })
		})
	}
	for _, w := range s.With {
		try("no --with "+w, func(o *spec.Spec) {
			o.With = slices.DeleteFunc(o.With, func(e string) bool { return e == w })
		})
	}
	for _, w := range s.Without {
		try("no --without "+w, func(o *spec.Spec) {
			o.Without = slices.DeleteFunc(o.Without, func(e string) bool { return e == w })
		})
	}
	return out
}

// fillInputs reads every input's value and reports those that are refused or that nobody takes.
func (c *Catalog) fillInputs(s *Selection, problems *problem.List) {
	c.readInputs(s, problems)
	for _, name := range slices.Sorted(maps.Keys(s.Spec.Set)) {
		got, known := c.Get(name)
		for _, input := range slices.Sorted(maps.Keys(s.Spec.Set[name])) {
			flag := "--set " + name + "." + input
			if !known {
				problems.Hint(problem.Nearest(name, slices.Sorted(maps.Keys(c.byName))), flag, "unknown component %q", name)
				continue
			}
			if _, ok := got.Input(input); !ok {
				problems.Hint(inputHint(got), flag, "%s has no input %q", name, input)
				continue
			}
			if !s.Has(name) {
				problems.Hint("", flag, "%s is not in this service", name)
			}
		}
	}
}

func (c *Catalog) readInputs(s *Selection, problems *problem.List) {
	clear(s.inputs)
	clear(s.texts)
	for _, comp := range s.Components {
		for _, in := range comp.Inputs {
			text, typed := s.Spec.Set[comp.Name][in.Name]
			if !typed && in.Required {
				if problems != nil {
					problems.Hint("--set "+comp.Name+"."+in.Name+"="+in.Example, comp.Name, "%s", in.Question)
				}
				continue
			}
			if !typed {
				text = expand(in.Default, s.Spec)
			}
			v, err := in.Parse(text)
			if err != nil {
				if problems != nil {
					problems.Hint(in.Hint(), "--set "+comp.Name+"."+in.Name, "%v", err)
				}
				continue
			}
			if s.inputs[comp.Name] == nil {
				s.inputs[comp.Name], s.texts[comp.Name] = map[string]any{}, map[string]string{}
			}
			s.inputs[comp.Name][in.Name], s.texts[comp.Name][in.Name] = v, text
		}
	}
}

// expand fills a default's template. One that does not parse comes out as it is, and lint reports it.
func expand(text string, s spec.Spec) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	t, err := template.New("default").Option("missingkey=error").Parse(text)
	if err != nil || !plainText(t) {
		return text
	}
	var b strings.Builder
	if err := t.Execute(&b, map[string]any{
		"Name": s.Name, "Module": s.Module, "Database": s.Database, "Auth": s.Auth, "Deploy": s.Deploy, "CI": s.CI,
	}); err != nil {
		return text
	}
	return b.String()
}

// plainText reports whether a template is text with names of fields in it: packs bring defaults too, and a loop would never end.
func plainText(t *template.Template) bool {
	if len(t.Templates()) > 1 || t.Tree == nil {
		return false
	}
	for _, n := range t.Root.Nodes {
		if a, ok := n.(*parse.ActionNode); ok {
			if len(a.Pipe.Decl) > 0 || len(a.Pipe.Cmds) != 1 || len(a.Pipe.Cmds[0].Args) != 1 || a.Pipe.Cmds[0].Args[0].Type() != parse.NodeField {
				return false
			}
		} else if n.Type() != parse.NodeText {
			return false
		}
	}
	return true
}

func inputHint(c *Component) string {
	var names []string
	for _, in := range c.Inputs {
		names = append(names, c.Name+"."+in.Name)
	}
	if len(names) == 0 {
		return c.Name + " has no inputs"
	}
	return "one of " + strings.Join(names, ", ")
}

// subject is the flag that a problem of a component belongs to.
func subject(c *Component) string {
	switch c.Kind {
	case Database, Auth, Deploy, CI:
		return fmt.Sprintf("--%s %s", c.Kind, c.Name)
	case Extra:
		return "--with " + c.Name
	}
	return c.Name
}
