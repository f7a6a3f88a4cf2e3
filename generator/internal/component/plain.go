package component

import "github.com/hardwright/hardwright/generator/internal/spec"

// Plain is the selection of a repository that no Spec describes: its words are the names of what was put into it.
func (c *Catalog) Plain(s spec.Spec, names []string) *Selection {
	out := &Selection{Spec: s, words: map[string]bool{}, inputs: map[string]map[string]any{}, texts: map[string]map[string]string{}, why: map[string]string{}}
	for _, name := range names {
		out.words[name] = true
		if got, ok := c.Get(name); ok {
			out.Components = append(out.Components, got)
		}
	}
	return out
}
