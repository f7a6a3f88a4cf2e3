package command

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// An unknown command is named and the known ones are listed, on standard error only.
func TestUnknownCommand(t *testing.T) {
	for _, args := range [][]string{nil, {"sevre"}, {"a\x1b[31m"}} {
		var stdout, stderr strings.Builder
		err := Run(context.Background(), Env{Stdout: &stdout, Stderr: &stderr}, args)
		if !errors.Is(err, ErrUsage) || stdout.Len() > 0 {
			t.Errorf("%q: %v, standard output %q", args, err, stdout.String())
		}
		said := stderr.String()
		if !strings.Contains(said, " serve ") || strings.Contains(said, "\x1b") || len(args) > 0 != strings.Contains(said, "unknown command") {
			t.Errorf("%q: %s", args, said)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	for arg, want := range map[string]string{"help": "  serve ", "--help": "  serve ", "version": " "} {
		var stdout, stderr strings.Builder
		if err := Run(context.Background(), Env{Stdout: &stdout, Stderr: &stderr}, []string{arg}); err != nil || stderr.Len() > 0 || !strings.Contains(stdout.String(), want) {
			t.Errorf("%s: %v, %q, %q", arg, err, stdout.String(), stderr.String())
		}
	}
}

func TestArgumentsThatACommandDoesNotTake(t *testing.T) {
	var stdout, stderr strings.Builder
	if err := Run(context.Background(), Env{Stdout: &stdout, Stderr: &stderr}, []string{"serve", "now"}); !errors.Is(err, ErrUsage) || !strings.Contains(stderr.String(), "takes no arguments") {
		t.Errorf("%v, %q", err, stderr.String())
	}
}
