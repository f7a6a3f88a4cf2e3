package cli

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/apply"
	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// newOptions are what the flags of new say.
type newOptions struct {
	writing
	flags      *pflag.FlagSet
	spec       spec.Spec
	set        []string
	preset     string
	answers    string
	git        bool
	accessible bool
	module     bool // the module was given
}

func (a *app) newCommand() *cobra.Command {
	o := &newOptions{writing: writing{app: a, name: "new"}}
	c := &cobra.Command{
		Use:   "new [DIR]",
		Short: "Write a new service",
		Long: `Write a new service into DIR, by default ./NAME.

On a terminal, what the flags do not say is asked; with --yes or --json, or without a terminal, it is
the default. Flags win over --answers, which wins over --preset, which wins over the defaults.`,
		Example: `  hardwright new
  hardwright new orders --yes
  hardwright new --preset api --module example.com/pay --contact mailto:security@example.com --json
  hardwright new --answers hardwright.yaml --dry-run --diff`,
		Args: cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
	f := c.Flags()
	o.flags = f
	f.SortFlags = false
	f.StringVar(&o.spec.Name, "name", "", "the service's name; default: the last element of DIR, or of the module path")
	f.StringVar(&o.spec.Module, "module", "", "its module path; default: example.com/NAME")
	f.StringVar(&o.spec.Database, "database", "", "where it keeps its data")
	f.StringVar(&o.spec.Auth, "auth", "", "how callers prove who they are")
	f.StringSliceVar(&o.spec.Deploy, "deploy", nil, "how it is run; several, or none")
	f.StringVar(&o.spec.CI, "ci", "", "what builds, tests and audits every change")
	f.StringSliceVar(&o.spec.With, "with", nil, "other components to put in")
	f.StringSliceVar(&o.spec.Without, "without", nil, "components to leave out that are on by default")
	f.StringArrayVar(&o.set, "set", nil, "any input, as `component.input=value`")
	f.StringVar(&o.spec.Contact, "contact", "", "where to report a weakness, for security.txt: mailto:… or https://…")
	f.StringVar(&o.preset, "preset", "", "start from a preset's `NAME|FILE`")
	f.StringVar(&o.answers, "answers", "", "read answers from `FILE|-`, such as a hardwright.yaml")
	f.BoolVar(&o.yes, "yes", false, "accept defaults, never ask")
	f.BoolVar(&o.git, "git", true, "git init and one commit, unless DIR is in a work tree")
	o.writing.flags(f)
	f.BoolVar(&o.accessible, "accessible", false, "ask with plain prompts, for screen readers")
	o.choices(c)
	return a.command(c, func(ctx context.Context, args []string) error {
		if len(args) == 1 {
			o.dir = args[0]
		}
		return o.run(ctx)
	})
}

// choices lets the shell complete what there is to choose.
func (o *newOptions) choices(c *cobra.Command) {
	kinds := map[string]component.Kind{"database": component.Database, "auth": component.Auth, "deploy": component.Deploy, "ci": component.CI, "with": component.Extra, "without": component.Extra}
	for flag, kind := range kinds {
		_ = c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			g, err := o.app.generator()
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			names := g.Catalog.Names(kind)
			if kind != component.Extra {
				names = append(names, spec.None)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		})
	}
}

// run acts: ask, plan, show, write.
func (o *newOptions) run(ctx context.Context) error {
	g, err := o.app.generator()
	if err != nil {
		return err
	}
	asked, problems, err := o.asked()
	if err != nil {
		return err
	}
	if len(problems) > 0 && o.asks() {
		return problems // before the first question
	}
	o.module = asked.Module != ""
	want, err := o.complete(ctx, g, asked)
	if !problems.Take(err) {
		return err
	}
	if want.Name == "" {
		return problems // nothing more can be said
	}
	if o.dir == "" {
		o.dir = want.Name
	}
	target, p, err := o.plan(g, want)
	if !problems.Take(err) {
		return err
	}
	if len(problems) > 0 {
		return problems
	}
	p.Git = o.git && !target.WorkTree
	o.show(p)
	notes := p.Notes
	if !o.dryRun {
		more, err := o.write(ctx, target, p)
		if err != nil {
			return err
		}
		notes = append(notes, more...)
	}
	o.tell(want, p, notes)
	return nil
}

// plan looks at the target and plans. The problems of both are reported together.
func (o *newOptions) plan(g *generator.Generator, want spec.Spec) (*apply.Target, *plan.Plan, error) {
	var problems problem.List
	target, err := apply.Look(o.dir)
	if !problems.Take(err) {
		return nil, nil, err
	}
	if target == nil {
		target = &apply.Target{Dir: o.dir}
	}
	p, _, err := g.New(want, target.Existing)
	if !problems.Take(err) {
		return nil, nil, err
	}
	return target, p, problems.Err()
}

// write applies the plan, and shows that it is at work where that takes long.
func (o *newOptions) write(ctx context.Context, target *apply.Target, p *plan.Plan) ([]string, error) {
	defer o.atWork("hardwright: writing %s …", o.dir)()
	return apply.New(ctx, target, p)
}

// name fills in name and module from what there is: DIR, --name and --module each imply the others.
func (o *newOptions) name(s *spec.Spec) error {
	if s.Name == "" {
		switch {
		case o.dir != "":
			abs, err := filepath.Abs(o.dir)
			if err != nil {
				return fmt.Errorf("find %s: %w", o.dir, err)
			}
			s.Name = filepath.Base(abs)
		case s.Module != "":
			prefix, _, ok := module.SplitPathVersion(s.Module)
			if !ok {
				prefix = s.Module
			}
			s.Name = path.Base(prefix)
		}
	}
	if s.Module == "" && s.Name != "" {
		s.Module = "example.com/" + s.Name
	}
	return nil
}

// readInputs reads the --set flags into the Spec.
func readInputs(set []string, s *spec.Spec) problem.List {
	var problems problem.List
	for _, each := range set {
		key, value, ok := strings.Cut(each, "=")
		comp, input, dotted := strings.Cut(key, ".")
		if !ok || !dotted || comp == "" || input == "" {
			problems.Hint("--set session.cookie=orders", "--set", "%q is not component.input=value", each)
			continue
		}
		s.SetInput(comp, input, value)
	}
	return problems
}

// none reads `--deploy none` as the empty list.
func none(deploy []string) []string {
	if slices.Equal(deploy, []string{spec.None}) || slices.Equal(deploy, []string{""}) {
		return []string{}
	}
	return deploy
}
