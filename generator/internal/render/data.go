package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hardwright/hardwright/generator/internal/component"
)

// Data is what a template sees as its dot. templates/README.md is its contract.
type Data struct {
	catalog *component.Catalog
	sel     *component.Selection
	machine *Machine
	depth   int
	slots   map[string][]map[string]any
}

func (d *Data) Name() string     { return d.sel.Spec.Name }
func (d *Data) Module() string   { return d.sel.Spec.Module }
func (d *Data) Contact() string  { return d.sel.Spec.Contact }
func (d *Data) Database() string { return d.sel.Spec.Database }
func (d *Data) Auth() string     { return d.sel.Spec.Auth }
func (d *Data) CI() string       { return d.sel.Spec.CI }
func (d *Data) Deploy() []string { return slices.Clone(d.sel.Spec.Deploy) }
func (d *Data) GoVersion() string {
	if d.sel.Facts != nil {
		return d.sel.Facts.Go
	}
	return d.sel.GoVersion()
}

// Has reports whether a component, or a word one provides, is there.
func (d *Data) Has(word string) bool { return d.sel.Has(word) }

// Input is the typed value of an input.
func (d *Data) Input(name, input string) (any, error) {
	v, ok := d.sel.Input(name, input)
	if !ok {
		return nil, fmt.Errorf("no input %s.%s in this service", name, input)
	}
	return v, nil
}

// A Part is a component as templates see it.
type Part struct{ Name, Kind, Summary string }

// Components lists what is in the service, sorted.
func (d *Data) Components() []Part {
	var out []Part
	for _, c := range d.sel.Components {
		out = append(out, Part{c.Name, string(c.Kind), c.Summary})
	}
	return out
}

// A Control is a security property of the service as templates see it.
type Control struct {
	ID, Title, Standard string
	Code, Tests         []string
}

// Controls lists the rows that apply to the service and that one of its components claims.
func (d *Data) Controls() []Control {
	var out []Control
	for _, row := range d.catalog.Controls {
		if slices.ContainsFunc(row.Unless, func(x component.Excuse) bool { return d.sel.Holds(x.Only) }) {
			continue
		}
		c := Control{ID: row.ID, Title: row.Title, Standard: row.Standard}
		for _, comp := range d.sel.Components {
			for _, claim := range comp.Claims {
				if claim.ID != row.ID || !d.sel.Holds(claim.Only) {
					continue
				}
				if code := d.fill(claim.Code); code != "" && !slices.Contains(c.Code, code) {
					c.Code = append(c.Code, code)
				}
				for _, t := range claim.Tests {
					if t = d.fill(t); !slices.Contains(c.Tests, t) {
						c.Tests = append(c.Tests, t)
					}
				}
			}
		}
		if len(c.Tests) == 0 && len(c.Code) == 0 {
			continue // nobody claims it here
		}
		out = append(out, c)
	}
	return out
}

func (d *Data) fill(p string) string {
	return strings.NewReplacer(NamePlace, d.sel.Spec.Name, DatabasePlace, d.sel.Spec.Database).Replace(p)
}

// Slot lists the entries of a slot, sorted by order, then component, then place in its list.
func (d *Data) Slot(name string) ([]map[string]any, error) {
	if got, ok := d.slots[name]; ok {
		return got, nil
	}
	slot, _, ok := d.catalog.Slot(name)
	if !ok {
		return nil, fmt.Errorf("no component declares a slot %q", name)
	}
	if d.depth++; d.depth > 8 {
		return nil, fmt.Errorf("the texts of slot %q ask for one another without end", name)
	}
	defer func() { d.depth-- }()
	type placed struct {
		order int
		entry map[string]any
	}
	var all []placed
	for _, comp := range d.sel.Components { // sorted by name, and the sort below is stable
		for _, e := range comp.Wiring {
			if e.Slot != name || !d.sel.Holds(e.Only) {
				continue
			}
			m := map[string]any{"component": comp.Name}
			for field, kind := range slot.Fields {
				v, err := d.field(kind, e.Fields[field])
				if err != nil {
					return nil, fmt.Errorf("%s:%d: %s: %w", comp.File, e.Line, field, err)
				}
				m[field] = v
			}
			for field := range e.Fields {
				if _, known := slot.Fields[field]; !known {
					return nil, fmt.Errorf("%s:%d: slot %s has no field %q", comp.File, e.Line, name, field)
				}
			}
			all = append(all, placed{e.Order, m})
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.order - b.order })
	out := make([]map[string]any, len(all))
	for i, p := range all {
		out[i] = p.entry
	}
	if d.slots == nil {
		d.slots = map[string][]map[string]any{}
	}
	d.slots[name] = out
	return out, nil
}

// field reads one field of an entry; n is nil where the entry leaves it out.
func (d *Data) field(kind component.FieldKind, n *yaml.Node) (any, error) {
	switch kind {
	case component.Imports:
		var list []string
		if n != nil {
			if err := n.Decode(&list); err != nil {
				return nil, fmt.Errorf("want a list of import paths")
			}
			for i := range list {
				list[i] = d.fill(list[i])
			}
		}
		return list, nil
	case component.Bool:
		if n == nil {
			return false, nil
		}
		b, err := strconv.ParseBool(n.Value)
		if err != nil {
			return nil, fmt.Errorf("%q is neither true nor false", n.Value)
		}
		return b, nil
	case component.Int:
		if n == nil {
			return 0, nil
		}
		i, err := strconv.Atoi(n.Value)
		if err != nil {
			return nil, fmt.Errorf("%q is not a whole number", n.Value)
		}
		return i, nil
	}
	if n == nil {
		return "", nil
	}
	if n.Kind != yaml.ScalarNode {
		return nil, fmt.Errorf("want one value")
	}
	if kind == component.Text && strings.Contains(n.Value, "{{") {
		out, p := d.machine.Execute("text", n.Value, d)
		if p != nil {
			return nil, fmt.Errorf("%s", p.Message)
		}
		return string(out), nil
	}
	if kind == component.Code || kind == component.Expr {
		return strings.TrimRight(d.fill(n.Value), "\n"), nil
	}
	return n.Value, nil
}
