package lint

import (
	"errors"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// rendered renders every legal choice of database, auth and CI, with all deployments and extras and with none:
// a template may fail only where it runs.
func (l *linter) rendered() {
	if len(l.catalog.All) == 0 {
		return
	}
	for _, s := range l.catalog.Samples(spec.Spec{Name: "orders", Module: "corp.example/orders"}) {
		sel, err := l.catalog.Resolve(s)
		if err == nil {
			_, err = render.Service(l.catalog, sel)
		}
		var list problem.List
		if errors.As(err, &list) {
			l.problems = append(l.problems, list...)
		} else if err != nil {
			l.problems.Add(component.ControlsFile, "%v", err)
		}
	}
}
