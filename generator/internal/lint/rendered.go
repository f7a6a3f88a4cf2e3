package lint

import (
	"errors"
	"maps"
	"slices"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/universe"
)

// rendered renders every legal choice of database, auth and CI, with all deployments and extras and with none:
// a template may fail only where it runs, and a control may be missing only there.
func (l *linter) rendered() {
	if len(l.catalog.All) == 0 {
		return
	}
	pins, err := universe.Read(l.catalog.FS)
	if err != nil {
		l.problems.Add(universe.PinsFile, "%v", err)
		return
	}
	unpinned, told := map[string]bool{}, map[string]bool{}
	for _, s := range l.catalog.Samples(spec.Spec{Name: "orders", Module: "corp.example/orders"}) {
		sel, err := l.catalog.Resolve(s)
		if err == nil {
			l.unclaimed(sel, told)
			var r *render.Result
			if r, err = render.Service(l.catalog, sel); err == nil {
				for _, p := range pins.Missing(r.Imports) {
					unpinned[p] = true
				}
			}
		}
		var list problem.List
		if errors.As(err, &list) {
			l.problems = append(l.problems, list...)
		} else if err != nil {
			l.problems.Add(component.ControlsFile, "%v", err)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(unpinned)) {
		l.problems.Hint("go run ./generator/internal/pin", universe.PinsFile, "a payload imports %s, and nothing pins it", p)
	}
}
