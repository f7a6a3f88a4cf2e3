package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (a *app) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the components",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			g, err := a.generator()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			for _, c := range g.Catalog.All {
				fmt.Fprintf(w, "%s\t%s\t%s\n", c.Name, c.Kind, c.Summary)
			}
			return w.Flush()
		},
	}
}
