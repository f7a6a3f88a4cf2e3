// Package lint judges component folders, all problems at once, with file and line.
//
// It reads and renders, and never writes. What it refuses is listed in templates/README.md.
package lint

import (
	"fmt"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

// Catalog judges every component folder.
func Catalog(c *component.Catalog) problem.List {
	l := &linter{catalog: c, words: map[string]bool{}}
	for _, list := range c.Broken {
		l.problems = append(l.problems, list...)
	}
	l.folders()
	l.references()
	l.cycles()
	l.wiring()
	l.payloads()
	l.controls()
	l.documents()
	l.rendered()
	l.foreign()
	return l.problems.Sorted()
}

type linter struct {
	catalog  *component.Catalog
	words    map[string]bool // component names and what they provide
	files    []payload
	outside  bool // it judges what goes into repositories that hardwright did not write
	problems problem.List
}

func (l *linter) at(file string, line int, format string, args ...any) {
	l.problems.Add(fmt.Sprintf("%s:%d", file, line), format, args...)
}

func (l *linter) hint(hint, file string, line int, format string, args ...any) {
	l.problems.Hint(hint, fmt.Sprintf("%s:%d", file, line), format, args...)
}
