package cli

import (
	"context"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/templates"
)

func (a *app) versionCommand() *cobra.Command {
	return a.command(&cobra.Command{Use: "version", Short: "Print the version", Args: cobra.NoArgs}, func(context.Context, []string) error {
		fmt.Fprintf(a.out, "hardwright %s %s/%s\n", generator.Version, runtime.GOOS, runtime.GOARCH)
		return nil
	})
}

// generatorsTopic is the help topic that says how to write a generator: the contract that is in the sources too.
func generatorsTopic() *cobra.Command {
	text, err := templates.FS.ReadFile("GENERATORS.md")
	if err != nil {
		panic("cli: embedded help: " + err.Error())
	}
	return &cobra.Command{Use: "generators", Short: "How to write a generator", Long: string(text)}
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
