package cli

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
)

func (a *app) versionCommand() *cobra.Command {
	return a.command(&cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs}, func(context.Context, []string) error {
		fmt.Fprintf(a.out, "hardwright %s %s/%s\n", generator.Version, runtime.GOOS, runtime.GOARCH)
		return nil
	})
}

// exitCodes is a help topic: a command that cannot run.
func exitCodes() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit code of hardwright means",
		Long: `Exit codes:

    0    done
    1    failed
    2    the command line or an input is not legal; nothing was written
    3    conflicts, or work to do under --check
    4    findings
    130  interrupted; nothing was written`,
	}
}
