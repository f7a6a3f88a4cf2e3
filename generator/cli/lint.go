package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator/internal/lint"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

func (a *app) lintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "lint [DIR]",
		Short: "Judge component folders",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				a.templates = args[0]
			}
			g, err := a.generator()
			if err != nil {
				return err
			}
			found := lint.Catalog(g.Catalog)
			for _, p := range found {
				fmt.Fprintln(a.out, problem.Plain(p.String()))
			}
			if len(found) > 0 {
				return exit(exitFindings)
			}
			return nil
		},
	}
}
