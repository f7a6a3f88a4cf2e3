package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/lint"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/source"
	"github.com/hardwright/hardwright/generator/internal/universe"
	"github.com/hardwright/hardwright/templates"
)

// found is the document of lint.
type found struct {
	Version  int          `json:"version"`
	Command  string       `json:"command"`
	Findings problem.List `json:"findings"`
}

func (a *app) lintCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "lint [DIR]",
		Short: "Judge components and generators: ours, or those in DIR",
		Long: `Judge the folders of components and generators, all problems at once, with file and line. Exit code 4 if
there are any. A DIR with a go.mod is a pack: its components are judged among ours.`,
		Args: cobra.MaximumNArgs(1),
	}
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON document")
	return a.command(c, func(_ context.Context, args []string) error {
		if len(args) == 1 {
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return problem.List{{Subject: args[0], Message: "not a folder"}}
			}
			if _, err := os.Stat(filepath.Join(args[0], "go.mod")); err == nil {
				return a.lintPack(args[0])
			}
			a.templates = args[0]
		}
		g, err := a.generator()
		if err != nil {
			return err
		}
		catalog := g.Catalog
		var findings problem.List
		if g.Alone() { // a folder of generators: their conditions are about our components
			ours, err := generator.From(templates.FS)
			if err != nil {
				return err
			}
			catalog = ours.Catalog
		} else {
			findings = lint.Catalog(g.Catalog)
		}
		more, err := lint.Generators(g.Catalog.FS, "", catalog, a.templates != "")
		if err != nil {
			return err
		}
		return a.tellFindings("lint", append(findings, more...))
	})
}

// lintPack judges a folder in which somebody writes a pack.
func (a *app) lintPack(dir string) error {
	g, err := a.generator()
	if err != nil {
		return err
	}
	p, err := source.ReadFolder(dir)
	if err != nil {
		return err
	}
	findings, err := g.CheckPack(p)
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		return a.tellFindings("lint", findings) // the rest is about a pack that can be read
	}
	with, err := g.With([]*source.Pack{p})
	if err != nil {
		return err
	}
	offers, err := generator.Offered(p.FS())
	if err != nil {
		return err
	}
	for _, f := range lint.Catalog(with.Catalog) {
		folder, _, _ := strings.Cut(f.Subject, "/")
		switch {
		case slices.Contains(offers.Components, folder):
			findings = append(findings, f)
		case f.Subject == universe.PinsFile: // all that ours import is pinned
			findings = append(findings, problem.Problem{Subject: p.Path, Message: f.Message, Hint: generator.PackImports})
		}
	}
	more, err := lint.Generators(p.FS(), "", with.Catalog, true)
	if err != nil {
		return err
	}
	return a.tellFindings("lint", append(findings, more...).Sorted())
}
