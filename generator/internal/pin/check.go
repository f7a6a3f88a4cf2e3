package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/universe"
)

// check wants go.mod and go.sum of every set of imports to be tidy, without a network.
func check(work string, pins *universe.Pins, sets [][]string) error {
	var errs []error
	for _, set := range sets {
		if missing := pins.Missing(set); len(missing) > 0 {
			errs = append(errs, fmt.Errorf("nothing pins %s", strings.Join(missing, ", ")))
			continue
		}
		if err := write(work, string(pins.GoMod("example.com/pinned", component.GoVersion, set)), string(pins.GoSum(set)), set); err != nil {
			return err
		}
		if _, err := goCommand(work, []string{"GOFLAGS=-mod=mod", "GOPROXY=off"}, "mod", "tidy", "-diff"); err != nil {
			errs = append(errs, fmt.Errorf("imports %s: %w", strings.Join(set, " "), err))
		}
	}
	fmt.Fprintf(os.Stderr, "%d of %d sets are tidy\n", len(sets)-len(errs), len(sets))
	return errors.Join(errs...)
}
