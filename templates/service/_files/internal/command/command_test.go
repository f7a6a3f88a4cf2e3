package command

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// What cannot be run is named, and what can be is listed; nothing of it goes to standard output.
func TestUnknownCommand(t *testing.T) {
	for _, args := range [][]string{nil, {"sevre"}, {"a\x1b[31m"}} {
		var stdout, stderr strings.Builder
		err := Run(context.Background(), Env{Stdout: &stdout, Stderr: &stderr}, args)
		if !errors.Is(err, ErrUsage) || stdout.Len() > 0 {
			t.Errorf("%q: %v, standard output %q", args, err, stdout.String())
		}
		said := stderr.String()
		if !strings.Contains(said, " serve ") || strings.Contains(said, "\x1b") || len(args) > 0 != strings.Contains(said, "no command") {
			t.Errorf("%q: %s", args, said)
		}
	}
}
