package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/apply"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/source"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// changeOptions are what the flags of add and remove say.
type changeOptions struct {
	writing
	set []string
}

func (a *app) addCommand() *cobra.Command {
	o := &changeOptions{writing: writing{app: a, name: "add"}}
	c := &cobra.Command{
		Use:   "add COMPONENT…",
		Short: "Add components to a service",
		Long: `Add components to a service that hardwright wrote, whatever you have changed in it since.

What you edited is merged line by line. Where you and hardwright changed the same lines, nothing is
written and the exit code is 3; with --conflicts=markers the files get conflict markers as git writes them.
What you deleted stays deleted.`,
		Example: `  hardwright add cors
  hardwright add systemd tls --dry-run --diff
  hardwright add github --set github.owners=@octocat --check`,
	}
	f := c.Flags()
	o.changeFlags(f)
	f.StringArrayVar(&o.set, "set", nil, "any input, as `component.input=value`")
	return o.command(c, func(g *generator.Generator, repo *apply.Repo, names []string, use generator.Use) (*plan.Plan, error) {
		return g.Add(repo, names, use)
	})
}

func (a *app) removeCommand() *cobra.Command {
	o := &changeOptions{writing: writing{app: a, name: "remove"}}
	c := &cobra.Command{
		Use:   "remove COMPONENT…",
		Short: "Remove components from a service",
		Long: `Remove components from a service that hardwright wrote.

What they brought goes, and everything else stays. A file of theirs that you edited is a conflict: nothing is
written then, and the exit code is 3.`,
		Example: `  hardwright remove cors
  hardwright remove docker --dry-run --diff`,
	}
	o.changeFlags(c.Flags())
	return o.command(c, func(g *generator.Generator, repo *apply.Repo, names []string, use generator.Use) (*plan.Plan, error) {
		return g.Remove(repo, names, use)
	})
}

type changer func(*generator.Generator, *apply.Repo, []string, generator.Use) (*plan.Plan, error)

// command fills in what add and remove have in common.
func (o *changeOptions) command(c *cobra.Command, run changer) *cobra.Command {
	c.ValidArgsFunction = func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
		g, err := o.app.generator()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return slices.DeleteFunc(g.Catalog.Changeable(), func(n string) bool { return slices.Contains(given, n) }), cobra.ShellCompDirectiveNoFileComp
	}
	return o.app.command(c, func(ctx context.Context, names []string) error {
		g, err := o.app.generator()
		if err != nil {
			return err
		}
		if len(names) == 0 {
			return problem.List{{Message: "which component?", Hint: "one of " + strings.Join(g.Catalog.Changeable(), ", ")}}
		}
		use := generator.Use{Markers: o.conflicts != "", Tidy: o.tidy(ctx)}
		var s spec.Spec
		if problems := readInputs(o.set, &s); len(problems) > 0 {
			return problems
		}
		use.Set = s.Set
		return o.writing.change(ctx, func(repo *apply.Repo) (*plan.Plan, error) {
			g, err := g.For(repo, names, func() ([]*source.Pack, error) { return packsIn(repo) })
			if err != nil {
				return nil, err
			}
			p, err := run(g, repo, names, use)
			if errors.Is(err, generator.ErrForeign) {
				return nil, o.notOurs(err)
			}
			return p, err
		})
	})
}

// notOurs says where hardwright looked for its files.
func (o *changeOptions) notOurs(err error) error {
	hint := "run it in the folder of a service that hardwright new wrote, or name it with --dir"
	if above := apply.Above(o.dir, spec.Path); above != "" {
		hint = fmt.Sprintf("--dir %s", above)
	}
	return problem.List{{Message: err.Error(), Hint: hint}}
}
