// Package lint judges component folders, all problems at once, with file and line.
package lint

import (
	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

// Catalog judges every component folder.
func Catalog(c *component.Catalog) problem.List {
	var out problem.List
	for _, list := range c.Broken {
		out = append(out, list...)
	}
	return out.Sorted()
}
