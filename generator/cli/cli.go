// Package cli is the command line: flags only parse, run only acts.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/wizard"
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
	out, err  io.Writer
	templates string // a folder to read instead of what is embedded
}

// exit is an error that has been told already and only ends the program with a code.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// Main runs the command line and returns the exit code.
func Main(args []string, in *os.File, out, errw io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{in: in, out: out, err: errw}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errw)
	cmd, err := root.ExecuteContextC(ctx)
	if errors.Is(err, wizard.ErrInterrupted) {
		a.report(strings.TrimPrefix(cmd.CommandPath(), "hardwright "), err)
		return exitInterrupted
	}
	if ctx.Err() != nil {
		return exitInterrupted
	}
	if err == nil {
		return exitDone
	}
	var code exit
	if errors.As(err, &code) {
		return int(code)
	}
	a.report(strings.TrimPrefix(cmd.CommandPath(), "hardwright "), err)
	var list problem.List
	if errors.As(err, &list) || errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}

var errUsage = errors.New("usage")

// report prints an error: a line a problem, its hint below.
func (a *app) report(command string, err error) {
	var list problem.List
	if !errors.As(err, &list) {
		list = problem.List{{Message: strings.TrimSuffix(err.Error(), "\n")}}
	}
	for _, p := range list {
		fmt.Fprintf(a.err, "hardwright: %s: %s\n", command, problem.Plain(p.String()))
	}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "hardwright",
		Short:         "Writes hardened Go services",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.PersistentFlags().StringVar(&a.templates, "templates", "", "read components from this folder")
	_ = root.PersistentFlags().MarkHidden("templates")
	root.AddCommand(a.newCommand(), a.listCommand(), a.lintCommand())
	return root
}

// generator reads the templates: those embedded, or a folder's.
func (a *app) generator() (*generator.Generator, error) {
	g, err := generator.From(a.fs())
	if err != nil {
		return nil, err
	}
	g.Unpinned = a.templates != ""
	return g, nil
}

func (a *app) fs() fs.FS {
	if a.templates != "" {
		return os.DirFS(a.templates)
	}
	return templates.FS
}
