// Package cli is the command line: flags only parse, run only acts.
//
// Standard output carries the product (a plan, a diff, JSON, a list), standard error the talk.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/templates"
)

// Exit codes. `hardwright help exit-codes` prints them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitConflicts   = 3
	exitFindings    = 4
	exitInterrupted = 130
)

// app is what every command is given.
type app struct {
	in        *os.File
	out       *os.File
	err       *os.File
	templates string // a folder to read instead of what is embedded
	json      bool
	noColor   bool
	running   bool // the command line was understood
}

// exit ends the program with a code; what there is to say has been said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// errInterrupted ends the program with 130.
var errInterrupted = errors.New("interrupted, nothing was written")

// Main runs the command line and returns the exit code.
func Main(args []string, in, out, errs *os.File) int {
	debug.SetGCPercent(400) // a run lives for milliseconds and holds a few megabytes
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{in: in, out: out, err: errs}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	cmd, err := root.ExecuteContextC(ctx)
	var code exit
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	}
	name := strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), "hardwright"), " ")
	if !a.running { // flags may not have been read
		a.json = a.json || slices.Contains(args, "--json")
		err = usage(cmd, err)
	}
	code = codeOf(ctx, err)
	if code == exitInterrupted {
		err = errInterrupted
	}
	a.report(name, err, int(code))
	return int(code)
}

func codeOf(ctx context.Context, err error) exit {
	var list problem.List
	switch {
	case errors.Is(err, errInterrupted), ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return exitInterrupted
	case errors.As(err, &list):
		return exitUsage
	}
	return exitFailed
}

// usage turns cobra's complaint about a command line into a problem.
func usage(cmd *cobra.Command, err error) error {
	line, _, _ := strings.Cut(err.Error(), "\n")
	hint := "hardwright help" + strings.TrimPrefix(cmd.CommandPath(), "hardwright")
	if typed, ok := strings.CutPrefix(line, "unknown flag: --"); ok {
		var flags []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { flags = append(flags, f.Name) })
		if near := problem.Nearest(typed, flags); near != "" {
			hint = "--" + near
		}
	} else if rest, ok := strings.CutPrefix(line, "unknown command \""); ok {
		typed, _, _ := strings.Cut(rest, "\"")
		var names []string
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				names = append(names, c.Name())
			}
		}
		if near := problem.Nearest(typed, names); near != "" {
			hint = cmd.CommandPath() + " " + near
		}
	}
	return problem.List{{Message: line, Hint: hint}}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "hardwright",
		Short: "Write hardened Go services",
		Long: `hardwright writes hardened Go services.

    hardwright new            asks what you want, on a terminal
    hardwright new orders     with flags, in a script
    hardwright add cors       into a service that is there`,
		Args:               cobra.NoArgs,
		SilenceErrors:      true,
		SilenceUsage:       true,
		DisableSuggestions: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.running = true
			return cmd.Help()
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.templates, "templates", "", "read components from this folder")
	_ = f.MarkHidden("templates")
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.SetHelpCommand(a.command(&cobra.Command{Use: "help [COMMAND]", Short: "Help about a command or a topic"}, func(_ context.Context, args []string) error {
		cmd, rest, err := root.Find(args)
		if err != nil || len(rest) > 0 {
			return problem.List{{Message: fmt.Sprintf("no help for %q", strings.Join(args, " ")), Hint: "hardwright help"}}
		}
		return cmd.Help()
	}))
	root.AddCommand(a.newCommand(), a.addCommand(), a.removeCommand(), a.generateCommand(), a.generatorCommand(), a.listCommand(), a.explainCommand(), a.lintCommand(), a.schemaCommand(), a.versionCommand(), exitCodes(), generatorsTopic())
	return root
}

// command fills in what every command has in common: run is not called before the command line is understood.
func (a *app) command(c *cobra.Command, run func(ctx context.Context, args []string) error) *cobra.Command {
	c.RunE = func(cmd *cobra.Command, args []string) error {
		a.running = true
		return run(cmd.Context(), args)
	}
	return c
}

func (a *app) generator() (*generator.Generator, error) {
	g, err := generator.From(a.fs())
	if err != nil {
		return nil, err
	}
	g.Unpinned = a.templates != ""
	return g, nil
}

// fs is the templates: those embedded, or a folder's.
func (a *app) fs() fs.FS {
	if a.templates != "" {
		return os.DirFS(a.templates)
	}
	return templates.FS
}

// say writes a line for the person to read.
func say(w io.Writer, format string, args ...any) {
	fmt.Fprintln(w, problem.Plain(fmt.Sprintf(format, args...)))
}
