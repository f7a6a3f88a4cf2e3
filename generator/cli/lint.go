package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator/internal/lint"
	"github.com/hardwright/hardwright/generator/internal/problem"
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
		Short: "Judge component folders: ours, or those in DIR",
		Long:  "Judge component folders, all problems at once, with file and line. Exit code 4 if there are any.",
		Args:  cobra.MaximumNArgs(1),
	}
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON document")
	return a.command(c, func(_ context.Context, args []string) error {
		if len(args) == 1 {
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return problem.List{{Subject: args[0], Message: "not a folder"}}
			}
			a.templates = args[0]
		}
		g, err := a.generator()
		if err != nil {
			return err
		}
		findings := lint.Catalog(g.Catalog)
		if a.json {
			printJSON(a.out, found{jsonVersion, "lint", append(problem.List{}, findings...)})
		} else {
			for _, p := range findings {
				say(a.err, "%s", p)
			}
		}
		if len(findings) > 0 {
			return exit(exitFindings)
		}
		return nil
	})
}
