package cli

import (
	"context"
	"errors"
	"os"

	"github.com/mattn/go-isatty"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/apply"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/wizard"
)

// ask completes a Spec: by questions where there is somebody to answer them, by defaults otherwise. It reports whether it asked.
func (o *newOptions) ask(ctx context.Context, g *generator.Generator, s spec.Spec) (spec.Spec, bool, error) {
	def, err := defaults(g.Catalog)
	if err != nil {
		return s, false, err
	}
	if o.yes || o.app.json || o.answers == "-" || !terminal(o.app.in) || !terminal(o.app.err) {
		if err := o.name(&s); err != nil {
			return s, false, err
		}
		if s.Name == "" {
			return s, false, problem.List{{Subject: "--name", Message: "nothing names the service", Hint: "hardwright new orders --yes"}}
		}
		return s.Over(def), false, nil
	}
	if o.dir != "" {
		if err := o.name(&s); err != nil {
			return s, false, err
		}
		if _, err := apply.Look(o.dir); err != nil {
			return s, false, err
		}
	}
	given := map[string]bool{
		"name": s.Name != "", "module": s.Module != "", "database": s.Database != "", "auth": s.Auth != "",
		"deploy": s.Deploy != nil, "ci": s.CI != "", "contact": s.Contact != "",
		"with": len(s.With) > 0, "without": len(s.Without) > 0,
	}
	out, err := wizard.Ask(ctx, wizard.IO{In: o.app.in, Out: o.app.err}, g.Catalog, s, given, wizard.Options{
		Accessible: o.accessible || os.Getenv("ACCESSIBLE") == "1",
		NoColor:    o.plain(),
		Dir:        o.dir,
		Defaults:   def,
		Count: func(s spec.Spec) (int, error) {
			p, _, err := g.New(s, nil)
			if err != nil {
				return 0, err
			}
			return len(p.Steps), nil
		},
		Free: func(dir string) error { _, err := apply.Look(dir); return err },
	})
	if errors.Is(err, wizard.ErrInterrupted) {
		err = errInterrupted
	}
	return out, true, err
}

// plain reports whether to do without color (https://no-color.org).
func (o *newOptions) plain() bool { return o.app.noColor || os.Getenv("NO_COLOR") != "" }

func terminal(f *os.File) bool {
	return f != nil && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}
