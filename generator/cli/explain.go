package cli

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

func (a *app) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "explain NAME",
		Short:   "Explain a component, a control or a generator: why, standard, files, test",
		Example: "  hardwright explain session\n  hardwright explain B12",
		Args:    cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			g, err := a.generator()
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return a.explainable(g), cobra.ShellCompDirectiveNoFileComp
		},
	}
	return a.command(c, func(_ context.Context, args []string) error {
		g, err := a.generator()
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if c, ok := g.Catalog.Get(args[0]); ok {
			explainComponent(&b, g, c)
		} else if i := slices.IndexFunc(g.Catalog.Controls, func(r component.Control) bool { return strings.EqualFold(r.ID, args[0]) }); i >= 0 {
			explainControl(&b, g.Catalog, g.Catalog.Controls[i])
		} else if known, err := a.explainPacked(&b, g, args[0]); err != nil {
			return err
		} else if known {
			// said
		} else if known, err := a.explainGenerator(&b, g, args[0]); err != nil {
			return err
		} else if !known {
			hint := "hardwright list names them"
			if near := problem.Nearest(args[0], a.explainable(g)); near != "" {
				hint = "hardwright explain " + near
			}
			return problem.List{{Message: fmt.Sprintf("no component, control or generator %q", args[0]), Hint: hint}}
		}
		_, err = fmt.Fprint(a.out, problem.Plain(b.String()))
		return err
	})
}

// explainable are the names that explain knows.
func (a *app) explainable(g *generator.Generator) []string {
	c := g.Catalog
	var out []string
	if offers, err := a.offers(g, "."); err == nil {
		for _, o := range offers {
			out = append(out, o.Name)
		}
	}
	for _, each := range c.All {
		out = append(out, each.Name)
	}
	for _, r := range c.Controls {
		out = append(out, r.ID)
	}
	return out
}

// explainGenerator explains a generator that can be run here. It reports false if there is none of that name.
func (a *app) explainGenerator(b *bytes.Buffer, g *generator.Generator, name string) (bool, error) {
	offers, err := a.offers(g, ".")
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(offers, func(o generator.Offer) bool { return o.Name == name || o.Where == name }) {
		return false, nil
	}
	o, err := generator.Find(offers, name)
	if err != nil {
		return false, err
	}
	gen, err := o.Load()
	if err != nil {
		return false, err
	}
	fmt.Fprintf(b, "%s (generator, %s): %s\n", gen.Name, o.Source, gen.Summary)
	fmt.Fprintf(b, "usage      %s\n", gen.Usage())
	for _, r := range gen.Requires {
		fmt.Fprintf(b, "requires   %s: %s\n", r.Name, r.Reason)
	}
	for _, in := range gen.Inputs {
		fmt.Fprintf(b, "input      %s (%s): %s\n", in.Name, in.Kind(), in.Question)
		if in.Help != "" {
			fmt.Fprintf(b, "           %s\n", in.Help)
		}
		for _, line := range in.Choices() {
			fmt.Fprintf(b, "           %s\n", line)
		}
	}
	if readme := bytes.TrimSpace(gen.Readme()); len(readme) > 0 {
		fmt.Fprintf(b, "\n%s\n", readme)
	}
	fmt.Fprintln(b, "\nFiles")
	for _, f := range slices.Sorted(maps.Keys(gen.Payload())) {
		fmt.Fprintln(b, "  "+strings.TrimSuffix(f, ".tmpl"))
	}
	if len(gen.Insertions) > 0 {
		fmt.Fprintln(b, "\nLines")
	}
	for _, i := range gen.Insertions {
		fmt.Fprintf(b, "  in %s, %s\n", i.Into, i.Anchor)
	}
	return true, nil
}

// explainPacked explains a component of a pack that is pinned here. It reports false if there is none of that name.
func (a *app) explainPacked(b *bytes.Buffer, g *generator.Generator, name string) (bool, error) {
	here, err := a.here(g)
	if err != nil {
		return false, err
	}
	c, ok := here.Catalog.Get(name)
	if ok {
		explainComponent(b, here, c)
	}
	return ok, nil
}

func explainComponent(b *bytes.Buffer, g *generator.Generator, c *component.Component) {
	cat := g.Catalog
	fmt.Fprintf(b, "%s (%s): %s\n", c.Name, c.Kind, c.Summary)
	if pack := g.PackOf(c.Name); pack != "" {
		fmt.Fprintf(b, "from       %s\n", pack)
	}
	for _, n := range c.Needs {
		fmt.Fprintf(b, "needs      %s%s\n", n.Name, when(n.Only))
	}
	for _, r := range c.Requires {
		fmt.Fprintf(b, "requires   %s: %s\n", r.Name, r.Reason)
	}
	for _, x := range c.Conflicts {
		fmt.Fprintf(b, "not with   %s: %s\n", x.Name, x.Reason)
	}
	if c.Default != nil {
		fmt.Fprintf(b, "on         by default%s\n", when(*c.Default))
	}
	for _, in := range c.Inputs {
		fmt.Fprintf(b, "input      --set %s.%s=%s: %s\n", c.Name, in.Name, in.Default, in.Question)
	}
	if readme, err := g.Readme(c); err == nil {
		fmt.Fprintf(b, "\n%s\n", bytes.TrimSpace(readme))
	}
	if len(c.Claims) > 0 {
		fmt.Fprintln(b, "\nControls")
	}
	for _, claim := range c.Claims {
		title := ""
		for _, r := range cat.Controls {
			if r.ID == claim.ID {
				title = r.Title
			}
		}
		fmt.Fprintf(b, "  %-4s %s%s\n", claim.ID, title, when(claim.Only))
		fmt.Fprintf(b, "       in %s, proven by %s\n", claim.Code, strings.Join(claim.Tests, ", "))
	}
	if files := payload(cat, c); len(files) > 0 {
		fmt.Fprintln(b, "\nFiles")
		for _, f := range files {
			fmt.Fprintln(b, "  "+f)
		}
	}
	if c.Foreign != nil {
		explainForeign(b, cat, c.Foreign)
	}
}

// explainForeign says what a component is in a repository that hardwright did not write.
func explainForeign(b *bytes.Buffer, cat *component.Catalog, c *component.Component) {
	fmt.Fprintf(b, "\nIn repositories that hardwright did not write\n  %s\n", c.Summary)
	for _, n := range c.Needs {
		fmt.Fprintf(b, "  needs    %s%s\n", n.Name, when(n.Only))
	}
	if c.Go != "" {
		fmt.Fprintf(b, "  go       %s or newer\n", strings.TrimSuffix(c.Go, ".0"))
	}
	for _, in := range c.Inputs {
		value := in.Default
		if in.Required {
			value = in.Example + " (required)"
		}
		fmt.Fprintf(b, "  input    --set %s.%s=%s: %s\n", c.Name, in.Name, value, in.Question)
	}
	for _, env := range c.Reads() {
		fmt.Fprintf(b, "  reads    %s\n", env)
	}
	for _, claim := range c.Claims {
		fmt.Fprintf(b, "  %-8s in %s, proven by %s\n", claim.ID, claim.Code, strings.Join(claim.Tests, ", "))
	}
	for _, f := range payload(cat, c) {
		fmt.Fprintln(b, "  file     "+strings.TrimPrefix(f, "__module__/"))
	}
	for _, about := range c.About() {
		fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(about))
	}
}

func when(c component.Condition) string {
	if len(c) == 0 {
		return ""
	}
	return " (with " + strings.Join(c, ", ") + ")"
}

// payload lists the files that a component may bring, as paths in the service.
func payload(cat *component.Catalog, c *component.Component) []string {
	var out []string
	for _, folder := range c.Folders {
		root := path.Join(c.Name, folder.Name)
		_ = fs.WalkDir(cat.FS, root, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				out = append(out, folder.Below+strings.TrimSuffix(strings.TrimPrefix(p, root+"/"), ".tmpl"))
			}
			return nil // a component without payload has no such folder
		})
	}
	slices.Sort(out)
	return out
}

func explainControl(b *bytes.Buffer, cat *component.Catalog, r component.Control) {
	fmt.Fprintf(b, "%s: %s\n", r.ID, r.Title)
	if r.Standard != "" {
		fmt.Fprintf(b, "standard   %s\n", r.Standard)
	}
	if r.Practice != "" {
		fmt.Fprintf(b, "practice   %s\n", r.Practice)
	}
	for _, x := range r.Unless {
		fmt.Fprintf(b, "except     %s: %s\n", strings.Join(x.Only, ", "), x.Reason)
	}
	for _, c := range cat.All {
		for _, claim := range c.Claims {
			if claim.ID == r.ID {
				fmt.Fprintf(b, "%-10s %s%s\n", "by", c.Name, when(claim.Only))
				fmt.Fprintf(b, "           in %s\n           proven by %s\n", claim.Code, strings.Join(claim.Tests, ", "))
			}
		}
	}
}
