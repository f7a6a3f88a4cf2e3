// Package wizard asks for what a Spec lacks.
//
// It asks in one of two ways, with the same questions: a form on a terminal, or plain
// prompts, a line each, for screen readers, pipes and terminals that cannot move the
// cursor. Going back keeps every answer. What cannot be combined with the answers so
// far is named with its reason and cannot be chosen.
//
// The questions are made from the catalog: a component that is added to it appears
// here without a change. The package writes nothing but its questions: an interrupt,
// at whichever question, leaves nothing behind.
package wizard

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/mattn/go-isatty"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// ErrInterrupted says that the person stopped: by Ctrl-C, by a signal, by the end
// of the input, or by choosing to. The program exits with 130.
var ErrInterrupted = errors.New("interrupted, nothing was written")

// IO is where the wizard reads and draws. Out is standard error: standard output
// carries the product.
type IO struct {
	In  io.Reader
	Out io.Writer
}

// Options are what the wizard needs to know beside the catalog and the Spec.
type Options struct {
	// Accessible asks with plain prompts.
	Accessible bool
	// NoColor draws without color.
	NoColor bool
	// Dir is where the service will be written, if that is settled; otherwise it is ./NAME.
	Dir string
	// Defaults are the answers that Enter alone gives.
	Defaults spec.Spec
	// Count says how many files the Spec makes, for the summary. It plans and writes nothing.
	Count func(spec.Spec) (int, error)
	// Free says what is wrong with writing to a directory, so that it is known at the first question and
	// not at the last. Nil allows every directory.
	Free func(dir string) error
}

// Interactive reports whether there is somebody to ask: a terminal to read from and one to draw on.
func Interactive(in, out *os.File) bool {
	return terminal(in) && terminal(out)
}

func terminal(f *os.File) bool {
	return f != nil && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}

// Ask completes have. What given names is settled and is not asked: "name", "module", "database", "auth", "deploy",
// "ci", "contact", "with" or "without" for the extras, "settings" for all inputs; one input is settled when have sets it. With nothing left to ask it
// returns have without a word; when what is settled cannot be completed, it returns the reasons before the first question.
func Ask(ctx context.Context, io IO, catalog *component.Catalog, have spec.Spec, given map[string]bool, opts Options) (spec.Spec, error) {
	iv := newInterview(catalog, have, given, opts)
	if iv.done() {
		return iv.spec(), nil
	}
	if err := iv.possible(); err != nil {
		return spec.Spec{}, err
	}
	// While the form draws, an interrupt is a key; in between, and for the prompts, it is a signal, and the terminal has
	// to be given back before the program ends.
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	var err error
	if opts.Accessible || os.Getenv("TERM") == "dumb" {
		err = runPrompts(ctx, io, iv)
	} else {
		err = runForm(ctx, io, iv, !opts.NoColor)
	}
	if err != nil {
		return spec.Spec{}, err
	}
	return iv.spec(), nil
}
