package component

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// Add is s with one more component asked for. The note says why there is nothing to do, if so.
func (c *Catalog) Add(s spec.Spec, name string) (out spec.Spec, note string, problems problem.List) {
	out = s.Clone()
	got, ok := c.Get(name)
	if !ok {
		return out, "", c.unknown(name)
	}
	switch got.Kind {
	case Base:
		return out, name + " is in every service", nil
	case Extra:
		out.Without = slices.DeleteFunc(out.Without, func(w string) bool { return w == name })
		if !slices.Contains(out.With, name) {
			out.With = append(out.With, name)
		}
	case Deploy:
		if !slices.Contains(out.Deploy, name) {
			out.Deploy = append(out.Deploy, name)
		}
	case CI:
		if out.CI != "" && out.CI != spec.None && out.CI != name {
			problems.Hint("hardwright remove "+out.CI, name, "the service has %s already, and one CI is enough", out.CI)
		}
		out.CI = name
	default:
		problems = c.fixed(got)
	}
	return out, "", problems
}

// Remove is s with one component less. The note says why there is nothing to do, if so. Its inputs go with it.
func (c *Catalog) Remove(s spec.Spec, name string) (out spec.Spec, note string, problems problem.List) {
	out = s.Clone()
	got, ok := c.Get(name)
	if !ok {
		return out, "", c.unknown(name)
	}
	is := func(w string) bool { return w == name }
	there := false
	if sel, problems := c.resolve(s, false); len(problems) == 0 {
		there = sel.Has(name)
	}
	switch got.Kind {
	case Base:
		problems.Hint("", name, "it is in every service")
		return out, "", problems
	case Extra:
		out.With = slices.DeleteFunc(out.With, is)
		delete(out.Set, name)
		if sel, problems := c.resolve(out, false); len(problems) == 0 && sel.Has(name) {
			out.Without = append(out.Without, name) // on by default; what needs it is reported when this is resolved
		}
	case Deploy:
		out.Deploy = slices.DeleteFunc(out.Deploy, is)
		delete(out.Set, name)
	case CI:
		if out.CI == name {
			out.CI = spec.None
		}
		delete(out.Set, name)
	default:
		return out, "", c.fixed(got)
	}
	if !there {
		return s.Clone(), name + " is not in this service", nil
	}
	return out, "", nil
}

// Changeable lists what add and remove can put in and take out, sorted.
func (c *Catalog) Changeable() []string {
	var out []string
	for _, k := range []Kind{Deploy, CI, Extra} {
		out = append(out, c.Names(k)...)
	}
	slices.Sort(out)
	return out
}

func (c *Catalog) unknown(name string) problem.List {
	if broken, is := c.Broken[name]; is {
		return broken
	}
	hint := "one of " + strings.Join(c.Changeable(), ", ")
	if near := problem.Nearest(name, c.Changeable()); near != "" {
		hint = near
	}
	return problem.List{{Subject: name, Message: "unknown component", Hint: hint}}
}

// fixed says why a component neither comes nor goes by itself.
func (c *Catalog) fixed(got *Component) problem.List {
	switch got.Kind {
	case Database, Auth:
		return problem.List{{Subject: got.Name, Message: fmt.Sprintf("the %s is chosen by new only: data and accounts would have to move", map[Kind]string{Database: "database", Auth: "authentication"}[got.Kind]),
			Hint: "hardwright new, and move what you wrote"}}
	}
	if got.Kind == Foreign {
		return problem.List{{Subject: got.Name, Message: "it is for repositories that hardwright did not write"}}
	}
	return problem.List{{Subject: got.Name, Message: "it comes and goes with the components that need it"}}
}
