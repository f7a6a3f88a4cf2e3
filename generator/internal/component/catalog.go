package component

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// A Catalog is the components on offer.
type Catalog struct {
	FS       fs.FS
	All      []*Component // sorted by name; a folder that could not be read is not among them
	Controls []Control    // in the order of controls.yaml
	Broken   map[string]problem.List
	byName   map[string]*Component
}

// A Control is a row of controls.yaml: a security property that components claim.
type Control struct {
	ID, Title, Standard, Practice string
	Unless                        []Excuse
	Line                          int
}

// An Excuse says where a control does not apply.
type Excuse struct {
	Only   Condition
	Reason string
	Line   int
}

// ControlsFile lists every control.
const ControlsFile = "controls.yaml"

// maxManifest bounds a manifest, which may come from other people: as YAML it takes many times its size. Our longest has 10 KiB.
const maxManifest = 256 << 10

// Load reads every manifest below fsys. A folder that is broken is kept out and its problems stand
// in Broken, so that a Spec that does not use it can still be rendered.
func Load(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{FS: fsys, Broken: map[string]problem.List{}, byName: map[string]*Component{}}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	type manifest struct {
		folder   string
		read     *Component
		problems problem.List
		err      error
	}
	var all []*manifest
	var reading sync.WaitGroup // parsing YAML is a third of a run
	for _, e := range entries {
		if !e.IsDir() || !componentName.MatchString(e.Name()) {
			continue
		}
		m := &manifest{folder: e.Name()}
		all = append(all, m)
		reading.Go(func() {
			file := path.Join(m.folder, "component.yaml")
			src, err := fs.ReadFile(fsys, file)
			if err != nil {
				m.err = err
				return
			}
			if len(src) > maxManifest {
				m.read, m.problems = &Component{File: file}, problem.List{{Subject: file, Message: fmt.Sprintf("more than %d bytes", maxManifest)}}
				return
			}
			m.read, m.problems = parseManifest(file, m.folder, src)
		})
	}
	reading.Go(func() { err = c.readControls() })
	reading.Wait()
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		switch {
		case errors.Is(m.err, fs.ErrNotExist): // templates/universe holds versions, not a component
		case m.err != nil:
			return nil, fmt.Errorf("read templates: %w", m.err)
		case len(m.problems) > 0:
			c.Broken[m.folder] = m.problems
		default:
			c.All = append(c.All, m.read)
			c.byName[m.folder] = m.read
		}
	}
	return c, nil
}

// Get returns the component of that name.
func (c *Catalog) Get(name string) (*Component, bool) {
	got, ok := c.byName[name]
	return got, ok
}

// OfKind lists the components of one kind, sorted by name.
func (c *Catalog) OfKind(k Kind) []*Component {
	var out []*Component
	for _, each := range c.All {
		if each.Kind == k {
			out = append(out, each)
		}
	}
	return out
}

// Names lists the names of the components of one kind, sorted.
func (c *Catalog) Names(k Kind) []string {
	var out []string
	for _, each := range c.OfKind(k) {
		out = append(out, each.Name)
	}
	return out
}

// Slot finds a slot and the component that declares it.
func (c *Catalog) Slot(name string) (Slot, *Component, bool) {
	for _, each := range c.All {
		for _, s := range each.Slots {
			if s.Name == name {
				return s, each, true
			}
		}
	}
	return Slot{}, nil, false
}

func (c *Catalog) readControls() error {
	src, err := fs.ReadFile(c.FS, ControlsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read controls: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		line, msg := spec.SyntaxError(err)
		c.Broken[ControlsFile] = problem.List{{Subject: fmt.Sprintf("%s:%d", ControlsFile, line), Message: msg}}
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	m := manifest{file: ControlsFile}
	excuses := map[string][]Excuse{}
	m.mapping(doc.Content[0], map[string]func(*yaml.Node){
		"excuses": func(n *yaml.Node) {
			m.pairs(n, func(k, v *yaml.Node) { excuses[k.Value] = m.excuses(v) })
		},
		"controls": func(n *yaml.Node) { c.Controls = m.controls(n, excuses) },
	})
	slices.SortStableFunc(c.Controls, func(a, b Control) int { return compareIDs(a.ID, b.ID) })
	if len(m.problems) > 0 {
		c.Broken[ControlsFile] = m.problems
	}
	return nil
}

// excuses reads where a control does not apply, and why.
func (m *manifest) excuses(n *yaml.Node) []Excuse {
	var out []Excuse
	m.each(n, func(n *yaml.Node) {
		x := Excuse{Line: n.Line}
		m.mapping(n, map[string]func(*yaml.Node){
			"only":   func(n *yaml.Node) { x.Only = m.condition(n) },
			"reason": func(n *yaml.Node) { x.Reason = m.text(n) },
		})
		out = append(out, x)
	})
	return out
}

// controls reads the rows. Each names its excuses, so that a reason is written once.
func (m *manifest) controls(n *yaml.Node, excuses map[string][]Excuse) []Control {
	var out []Control
	seen, used := map[string]bool{}, map[string]bool{}
	m.each(n, func(n *yaml.Node) {
		row := Control{Line: n.Line}
		m.mapping(n, map[string]func(*yaml.Node){
			"id":       func(n *yaml.Node) { row.ID = m.text(n) },
			"title":    func(n *yaml.Node) { row.Title = m.text(n) },
			"standard": func(n *yaml.Node) { row.Standard = n.Value },
			"practice": func(n *yaml.Node) { row.Practice = n.Value },
			"unless": func(n *yaml.Node) {
				m.each(n, func(n *yaml.Node) {
					name := m.text(n)
					if _, ok := excuses[name]; !ok {
						m.at(n, "unknown excuse %q: write it under excuses, before controls", name)
					}
					used[name] = true
					row.Unless = append(row.Unless, excuses[name]...)
				})
			},
		})
		if seen[row.ID] || row.ID == "" {
			m.at(n, "control id %q is missing or repeated", row.ID)
		}
		seen[row.ID] = true
		out = append(out, row)
	})
	for _, name := range slices.Sorted(maps.Keys(excuses)) {
		if !used[name] {
			m.at(n, "no control uses the excuse %q", name)
		}
	}
	return out
}

// compareIDs puts A2 before A10.
func compareIDs(a, b string) int {
	trim := func(s string) (string, string) {
		i := strings.IndexAny(s, "0123456789")
		if i < 0 {
			return s, ""
		}
		return s[:i], s[i:]
	}
	al, an := trim(a)
	bl, bn := trim(b)
	if al != bl {
		return strings.Compare(al, bl)
	}
	if len(an) != len(bn) {
		return len(an) - len(bn)
	}
	return strings.Compare(an, bn)
}
