package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// importSets lists the distinct sets of foreign packages that services import: for the fullest and barest service of
// each choice of database and auth, and for every legal Spec of up to three choices.
func importSets(c *component.Catalog) ([][]string, error) {
	base := spec.Spec{Name: "app", Module: "example.com/pinned", Database: spec.None, Auth: spec.None, CI: spec.None, Deploy: []string{}}
	specs := append(c.Samples(base), c.Triples(base)...)
	seen := map[string]bool{}
	var out [][]string
	for _, s := range specs {
		sel, err := c.Resolve(s)
		if err != nil {
			return nil, err
		}
		r, err := render.Service(c, sel)
		if err != nil {
			return nil, err
		}
		key := strings.Join(r.Imports, " ")
		if !seen[key] {
			seen[key] = true
			out = append(out, r.Imports)
		}
	}
	slices.SortFunc(out, slices.Compare)
	fmt.Fprintf(os.Stderr, "%d services, %d distinct sets of imports\n", len(specs), len(out))
	return out, nil
}
