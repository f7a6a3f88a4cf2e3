package lock

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A Run is one use of a generator, with what it takes to make the same files again. The files themselves stand among the lock's
// files, with the run's name as their owner.
type Run struct {
	Name      string // generator and argument, "resource invoice"
	Generator string
	Source    string            // built-in, local, or the pack's path@version
	Digest    string            // of the generator's folder
	Inputs    map[string]string // every one, as text
	Sequences map[string]string // numbers that were chosen
	Imports   []string          // packages of other modules that its code imports, sorted
}

// Run returns the run of that name.
func (l Lock) Run(name string) (Run, bool) {
	i := slices.IndexFunc(l.Generated, func(r Run) bool { return r.Name == name })
	if i < 0 {
		return Run{}, false
	}
	return l.Generated[i], true
}

// WithRun returns l with one run more, or with another one of the same name.
func (l Lock) WithRun(r Run) Lock {
	l.Generated = slices.DeleteFunc(slices.Clone(l.Generated), func(q Run) bool { return q.Name == r.Name })
	l.Generated = append(l.Generated, r)
	slices.SortFunc(l.Generated, func(a, b Run) int { return strings.Compare(a.Name, b.Name) })
	return l
}

// Imports are the packages of other modules that generated code imports, sorted.
func (l Lock) Imports() []string {
	var out []string
	for _, r := range l.Generated {
		out = append(out, r.Imports...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (l Lock) generated(b *bytes.Buffer) {
	if len(l.Generated) == 0 {
		return
	}
	b.WriteString("generated:\n")
	for _, r := range l.Generated {
		fmt.Fprintf(b, "  - {run: %s, generator: %s, source: %s, digest: %s, inputs: %s", quoted(r.Name), quoted(r.Generator), quoted(r.Source), quoted(r.Digest), pairs(r.Inputs))
		if len(r.Sequences) > 0 {
			fmt.Fprintf(b, ", sequences: %s", pairs(r.Sequences))
		}
		if len(r.Imports) > 0 {
			var list []string
			for _, i := range r.Imports {
				list = append(list, quoted(i))
			}
			fmt.Fprintf(b, ", imports: [%s]", strings.Join(list, ", "))
		}
		b.WriteString("}\n")
	}
}

// quoted is a YAML scalar in double quotes: what Go escapes, YAML reads alike.
func quoted(s string) string { return strconv.QuoteToASCII(s) }

func pairs(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, quoted(k)+": "+quoted(m[k]))
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// run reads one run.
func (p *reader) run(n *yaml.Node) Run {
	var out Run
	texts := func(n *yaml.Node) map[string]string {
		m := map[string]string{}
		p.mapping(n, func(key string, _, v *yaml.Node) { m[key] = p.text(v) })
		return m
	}
	p.mapping(n, func(key string, k, v *yaml.Node) {
		switch key {
		case "run":
			out.Name = p.text(v)
		case "generator":
			out.Generator = p.text(v)
		case "source":
			out.Source = p.text(v)
		case "digest":
			out.Digest = p.text(v)
		case "inputs":
			out.Inputs = texts(v)
		case "sequences":
			out.Sequences = texts(v)
		case "imports":
			p.each(v, func(n *yaml.Node) { out.Imports = append(out.Imports, p.text(n)) })
		default:
			p.at(k, "unknown key %q", key)
		}
	})
	if out.Name == "" || out.Generator == "" || out.Source == "" || out.Digest == "" {
		p.at(n, "a run has a name, a generator, a source and a digest")
	}
	for _, s := range out.Sequences {
		if s == "" || strings.Trim(s, "0123456789") != "" {
			p.at(n, "%q is no number", s)
		}
	}
	return out
}
