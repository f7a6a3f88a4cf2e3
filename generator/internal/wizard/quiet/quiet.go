// Package quiet keeps the terminal libraries from asking the terminal anything
// while the program starts.
//
// Bubble Tea v1 asks the terminal on standard output for its background color
// when the package is initialized: in every command, also those that never
// draw. A terminal that does not answer, a serial line or a recorder, say,
// makes every command wait five seconds and leaves the escape sequence in its
// output. Termenv, which does the asking, does not ask a dumb terminal; so TERM
// says dumb until the libraries are initialized.
//
// The order is fixed by the language: among the packages whose imports are
// initialized, the one with the least import path comes first. This one imports
// only os, and its path sorts before github.com/muesli/termenv, without which
// Bubble Tea cannot be initialized. A test in e2e/wizard watches a real terminal.
package quiet

import "os"

var term, set = os.LookupEnv("TERM")

func init() { os.Setenv("TERM", "dumb") }

// Restore gives TERM back. It belongs in the init of the package that imports
// Bubble Tea, which the language runs after Bubble Tea's own.
func Restore() {
	if !set {
		os.Unsetenv("TERM")
		return
	}
	os.Setenv("TERM", term)
}
