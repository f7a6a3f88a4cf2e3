package cli

import (
	"context"
	"errors"
	"path/filepath"
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
	set    []string
	server string
}

func (a *app) addCommand() *cobra.Command {
	o := &changeOptions{writing: writing{app: a, name: "add"}}
	c := &cobra.Command{
		Use:   "add COMPONENT…",
		Short: "Add components to a repository",
		Long: `Add components to a service that hardwright wrote, whatever you have changed in it since, or to a repository
of your own.

What you edited is merged line by line. Where you and hardwright changed the same lines, nothing is
written and the exit code is 3; with --conflicts=markers the files get conflict markers as git writes them.
What you deleted stays deleted.

In a repository that hardwright did not write, a package internal/guard is added, and put around the handler of the
HTTP server: one line of yours changes. What the repository has already is not added twice. The result is built before it
is written, where there is a go command.`,
		Example: `  hardwright add cors
  hardwright add systemd tls --dry-run --diff
  hardwright add github --set github.owners=@octocat --check`,
	}
	f := c.Flags()
	o.changeFlags(f)
	f.StringArrayVar(&o.set, "set", nil, "any input, as `component.input=value`")
	f.StringVar(&o.server, "server", "", "`FILE:LINE` of the server to protect, in a repository of yours that has several")
	return o.command(c, (*generator.Generator).Add, (*generator.Generator).AddForeign)
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
	return o.command(c, (*generator.Generator).Remove, (*generator.Generator).RemoveForeign)
}

// command fills in what add and remove have in common: own is for services that hardwright wrote, foreign for other repositories.
func (o *changeOptions) command(c *cobra.Command,
	own func(*generator.Generator, generator.Repo, []string, generator.Use) (*plan.Plan, error),
	foreign func(*generator.Generator, generator.Repo, []string, generator.Use) (*plan.Plan, error)) *cobra.Command {
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
		use := generator.Use{Markers: o.conflicts != "", Tidy: o.tidy(ctx), Server: o.server, Name: folderName(o.dir)}
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
			o.gate = o.build
			p, err := own(g, repo, names, use)
			if !errors.Is(err, generator.ErrForeign) {
				return p, err
			}
			if above := apply.Above(o.dir, spec.Path); above != "" {
				return nil, problem.List{{Subject: "--dir", Message: "hardwright keeps its files in a folder above this one", Hint: "--dir " + above}}
			}
			o.next = "git diff"
			use.Branch, use.Top = repo.Branch(), repo.Top()
			return foreign(g, repo, names, use)
		})
	})
}

// folderName names a program by its folder.
func folderName(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	return filepath.Base(abs)
}

// build judges a plan for a repository with code that hardwright did not write: a build that was green stays so.
func (w *writing) build(ctx context.Context, p *plan.Plan) (notes []string, err error) {
	if p.Build == "" {
		return nil, nil
	}
	change := map[string][]byte{}
	for _, s := range p.Steps {
		change[s.Path] = s.New
	}
	v, err := source.Build(ctx, w.dir, p.Build, change)
	switch {
	case err != nil:
		return nil, err
	case v.NoGo:
		return []string{"there is no go command: what is written was not built"}, nil
	case len(v.Ours) > 0:
		no := problem.Refusal{List: problem.List{{Message: "with this change the build would fail: nothing is written", Hint: "--no-build writes it all the same"}}}
		for _, line := range v.Ours {
			no.Add("", "%s", line)
		}
		return nil, no
	case len(v.Before) > 0:
		return []string{"the build failed before this change, and still does: " + v.Before[0]}, nil
	}
	return nil, nil
}
