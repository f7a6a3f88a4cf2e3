// Package spec holds what was asked for.
//
// A Spec is the one shape of answers files, presets and hardwright.yaml. It says nothing
// about what follows from it: that is a function of the Spec and the catalog.
package spec

import (
	"maps"
	"slices"
)

// None is the choice of nothing for a database, an auth style or a CI.
const None = "none"

// A Spec is what was asked for. An empty string, or a nil Deploy, is a question not answered yet;
// an empty Deploy that is not nil is the answer "none".
type Spec struct {
	Name     string
	Module   string
	Database string
	Auth     string
	Deploy   []string
	CI       string
	Contact  string
	With     []string
	Without  []string
	Set      map[string]map[string]string // component → input → value as typed
}

// Over returns s where s has an answer and base's answer elsewhere. Of With and Without, the later
// word about a component wins; Set is merged input by input.
func (s Spec) Over(base Spec) Spec {
	out := base.Clone()
	for _, f := range []struct{ to, from *string }{
		{&out.Name, &s.Name}, {&out.Module, &s.Module}, {&out.Database, &s.Database}, {&out.Auth, &s.Auth},
		{&out.CI, &s.CI}, {&out.Contact, &s.Contact},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	if s.Deploy != nil {
		out.Deploy = slices.Clone(s.Deploy)
	}
	out.With = union(minus(out.With, s.Without), s.With)
	out.Without = union(minus(out.Without, s.With), s.Without)
	for c, inputs := range s.Set {
		for k, v := range inputs {
			out.SetInput(c, k, v)
		}
	}
	return out
}

// SetInput records the value of a component's input.
func (s *Spec) SetInput(component, input, value string) {
	if s.Set == nil {
		s.Set = map[string]map[string]string{}
	}
	if s.Set[component] == nil {
		s.Set[component] = map[string]string{}
	}
	s.Set[component][input] = value
}

// Clone returns a copy that shares nothing with s.
func (s Spec) Clone() Spec {
	s.Deploy, s.With, s.Without = slices.Clone(s.Deploy), slices.Clone(s.With), slices.Clone(s.Without)
	set := s.Set
	s.Set = nil
	for c, inputs := range set {
		if s.Set == nil {
			s.Set = map[string]map[string]string{}
		}
		s.Set[c] = maps.Clone(inputs)
	}
	return s
}

// Sorted returns s with its lists sorted and without doubles, so that the order of asking does not show.
func (s Spec) Sorted() Spec {
	s = s.Clone()
	for _, l := range []*[]string{&s.Deploy, &s.With, &s.Without} {
		slices.Sort(*l)
		*l = slices.Compact(*l)
	}
	return s
}

func minus(list, drop []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(drop, s) })
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
