package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// listed is the document of list.
type listed struct {
	Version    int         `json:"version"`
	Command    string      `json:"command"`
	Components []described `json:"components"`
	Presets    []preset    `json:"presets"`
	Generators []generates `json:"generators"`
}

type described struct {
	Name     string         `json:"name"`
	Kind     component.Kind `json:"kind"`
	Summary  string         `json:"summary"`
	Needs    []string       `json:"needs"`
	Requires []string       `json:"requires"`
	Controls []string       `json:"controls"`
	Foreign  bool           `json:"foreign"`        // add puts it into repositories that hardwright did not write, too
	Pack     string         `json:"pack,omitempty"` // that it comes from, as path@version
	hidden   bool           // never named by a person
}

type preset struct {
	Name     string   `json:"name"`
	Database string   `json:"database"`
	Auth     string   `json:"auth"`
	Deploy   []string `json:"deploy"`
	CI       string   `json:"ci"`
	With     []string `json:"with,omitempty"`
}

func (a *app) listCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "list",
		Short: "List components, presets and generators, with what each needs and proves",
		Args:  cobra.NoArgs,
	}
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON document")
	return a.command(c, func(context.Context, []string) error {
		g, err := a.generator()
		if err != nil {
			return err
		}
		doc := listed{Version: jsonVersion, Command: "list", Components: []described{}}
		here, err := a.here(g)
		if err != nil {
			return err
		}
		for _, c := range here.Catalog.All {
			if d := describe(c); !d.hidden {
				d.Pack = here.PackOf(c.Name)
				doc.Components = append(doc.Components, d)
			}
		}
		for _, name := range presetNames() {
			s, err := readPreset(name)
			if err != nil {
				return err
			}
			doc.Presets = append(doc.Presets, preset{name, s.Database, s.Auth, s.Deploy, s.CI, s.With})
		}
		if doc.Generators, err = a.generates(g, "."); err != nil {
			return err
		}
		if a.json {
			printJSON(a.out, doc)
			return nil
		}
		return a.printList(doc)
	})
}

func describe(c *component.Component) described {
	d := described{Name: c.Name, Kind: c.Kind, Summary: c.Summary, Needs: []string{}, Requires: []string{}, Controls: []string{}}
	d.Foreign = c.Foreign != nil && !c.Foreign.Hidden
	d.hidden = c.Kind == component.Foreign && !d.Foreign
	for _, n := range c.Needs {
		d.Needs = append(d.Needs, n.Name)
	}
	for _, r := range c.Requires {
		d.Requires = append(d.Requires, r.Name)
	}
	for _, claim := range c.Claims {
		if !slices.Contains(d.Controls, claim.ID) {
			d.Controls = append(d.Controls, claim.ID)
		}
	}
	return d
}

// headings say what each kind is, in the order of the questions.
var headings = []struct {
	kind component.Kind
	text string
}{
	{component.Database, "Databases (--database)"},
	{component.Auth, "Authentication (--auth)"},
	{component.Deploy, "Deployment (--deploy)"},
	{component.CI, "Continuous integration (--ci)"},
	{component.Extra, "Extras (--with, --without)"},
	{component.Base, "In every service"},
	{component.Part, "Where another component needs them"},
	{component.Foreign, "Only in repositories that hardwright did not write (add)"},
}

func (a *app) printList(doc listed) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, h := range headings {
		first := true
		for _, d := range doc.Components {
			if d.Kind != h.kind || d.Pack != "" {
				continue
			}
			if first {
				fmt.Fprintf(w, "%s\n", h.text)
				first = false
			}
			fmt.Fprintf(w, "  %s\t%s\n", d.Name, problem.Plain(d.Summary))
			if need := append(slices.Clone(d.Requires), d.Needs...); len(need) > 0 {
				fmt.Fprintf(w, "  \tneeds %s\n", strings.Join(need, ", "))
			}
			if len(d.Controls) > 0 {
				fmt.Fprintf(w, "  \tproves %s\n", strings.Join(d.Controls, ", "))
			}
			if d.Foreign && d.Kind != component.Foreign {
				fmt.Fprintf(w, "  \talso in repositories that hardwright did not write\n")
			}
		}
		if !first {
			fmt.Fprintln(w)
		}
	}
	last := ""
	byPack := slices.Clone(doc.Components)
	slices.SortStableFunc(byPack, func(a, b described) int { return strings.Compare(a.Pack, b.Pack) })
	for _, d := range byPack {
		if d.Pack == "" {
			continue
		}
		if d.Pack != last {
			fmt.Fprintf(w, "Components of %s (add)\n", problem.Plain(d.Pack))
			last = d.Pack
		}
		fmt.Fprintf(w, "  %s\t%s\n", d.Name, problem.Plain(d.Summary))
	}
	if last != "" {
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w, "Presets (--preset)")
	for _, p := range doc.Presets {
		deploy := strings.Join(p.Deploy, ",")
		if deploy == "" {
			deploy = spec.None
		}
		fmt.Fprintf(w, "  %s\t--database %s --auth %s --deploy %s --ci %s\n", p.Name, p.Database, p.Auth, deploy, p.CI)
	}
	fmt.Fprintln(w)
	printGenerators(w, doc.Generators)
	return w.Flush()
}
