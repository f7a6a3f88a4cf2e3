package cli

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/apply"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

type newOptions struct {
	app  *app
	dir  string
	spec spec.Spec
	set  []string
	yes  bool
	git  bool

	accessible bool
}

func (a *app) newCommand() *cobra.Command {
	o := &newOptions{app: a}
	cmd := &cobra.Command{
		Use:   "new [DIR]",
		Short: "Write a new service",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.dir = args[0]
			}
			return o.run(cmd)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.spec.Name, "name", "", "the service's name")
	f.StringVar(&o.spec.Module, "module", "", "its module path")
	f.StringVar(&o.spec.Database, "database", "", "where it keeps its data")
	f.StringVar(&o.spec.Auth, "auth", "", "how it knows who is calling")
	f.StringSliceVar(&o.spec.Deploy, "deploy", nil, "where it runs")
	f.StringVar(&o.spec.CI, "ci", "", "what tests it")
	f.StringSliceVar(&o.spec.With, "with", nil, "extras to add")
	f.StringSliceVar(&o.spec.Without, "without", nil, "extras to leave out")
	f.StringArrayVar(&o.set, "set", nil, "component.input=value")
	f.StringVar(&o.spec.Contact, "contact", "", "where to report a weakness: mailto: or https:")
	f.BoolVar(&o.yes, "yes", false, "accept defaults, never ask")
	f.BoolVar(&o.git, "git", true, "git init and one commit")
	f.BoolVar(&o.accessible, "accessible", false, "ask with plain prompts, for screen readers; ACCESSIBLE=1 does the same")
	return cmd
}

func (o *newOptions) run(cmd *cobra.Command) error {
	g, err := o.app.generator()
	if err != nil {
		return err
	}
	s := o.spec
	if slices.Equal(s.Deploy, []string{spec.None}) {
		s.Deploy = []string{}
	}
	for _, each := range o.set {
		key, value, ok := strings.Cut(each, "=")
		comp, input, ok2 := strings.Cut(key, ".")
		if !ok || !ok2 {
			return problem.List{{Subject: "--set", Message: fmt.Sprintf("%q is not component.input=value", each)}}
		}
		s.SetInput(comp, input, value)
	}
	defaults := spec.Spec{Database: "sqlite", Auth: "session", Deploy: []string{"docker"}, CI: "github"}
	asks := o.asks()
	if asks {
		if s, err = o.ask(cmd.Context(), g, s, defaults); err != nil {
			return err
		}
	}
	s = s.Over(defaults)
	if s.Name == "" {
		if s.Name = nameOf(o.dir, s.Module); s.Name == "" {
			return problem.List{{Subject: "--name", Message: "no name for the service", Hint: "hardwright new orders --yes"}}
		}
	}
	if s.Module == "" {
		s.Module = "example.com/" + s.Name
	}
	dir := o.dir
	if dir == "" {
		dir = s.Name
	}
	p, _, err := g.New(s, nil)
	if err != nil {
		return err
	}
	if err := free(dir); err != nil {
		return err
	}
	if err := apply.New(cmd.Context(), dir, p); err != nil {
		return err
	}
	fmt.Fprintf(o.app.err, "%s: %d files\n", dir, len(p.Steps))
	if asks {
		o.tellCommand(s, dir)
	}
	return nil
}

// nameOf is the name that a folder or a module path suggests, or nothing.
func nameOf(dir, modulePath string) string {
	switch {
	case dir != "":
		return filepath.Base(filepath.Clean(dir))
	case modulePath != "":
		prefix, _, _ := module.SplitPathVersion(modulePath)
		return path.Base(prefix)
	}
	return ""
}
