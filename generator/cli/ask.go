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

// asks reports whether missing answers are asked: there is somebody to ask, or the plain prompts were wanted by
// name, which a program may answer too. ACCESSIBLE alone does not make a script wait for answers.
func (o *newOptions) asks() bool {
	if o.yes || o.app.json || o.answers == "-" {
		return false
	}
	return o.accessible || wizard.Interactive(o.app.in, o.app.err)
}

// complete answers what s leaves open: by questions where they are wanted, by defaults otherwise.
func (o *newOptions) complete(ctx context.Context, g *generator.Generator, s spec.Spec) (spec.Spec, error) {
	defaults, err := defaults(g.Catalog)
	if err != nil {
		return s, err
	}
	fromModule := s.Name == "" && o.dir == ""
	if err := o.name(&s); err != nil {
		return s, err
	}
	if !o.asks() {
		if s.Name == "" {
			return s, problem.List{{Subject: "--name", Message: "nothing names the service", Hint: "hardwright new orders --yes"}}
		}
		return s.Over(defaults), nil
	}
	given := map[string]bool{
		"name": s.Name != "" && !fromModule, "module": o.module, "database": s.Database != "", "auth": s.Auth != "",
		"deploy": s.Deploy != nil, "ci": s.CI != "", "contact": s.Contact != "", "with": len(s.With) > 0, "without": len(s.Without) > 0,
	}
	if o.answers != "" { // who brings answers has left out what may be left out
		for _, id := range []string{"contact", "with", "settings"} {
			given[id] = true
		}
	}
	out, err := wizard.Ask(ctx, wizard.IO{In: o.app.in, Out: o.app.err}, g.Catalog, s, given, wizard.Options{
		Accessible: o.accessible || os.Getenv("ACCESSIBLE") == "1",
		NoColor:    o.app.plain(),
		Dir:        o.dir,
		Defaults:   defaults,
		Free:       func(dir string) error { _, err := apply.Look(dir); return err },
		Count: func(s spec.Spec) (int, error) {
			p, _, err := g.New(s, nil)
			if err != nil {
				return 0, err
			}
			return len(p.Steps), nil
		},
	})
	if errors.Is(err, wizard.ErrInterrupted) {
		err = errInterrupted
	}
	return out, err
}

// plain reports whether to do without color (https://no-color.org).
func (a *app) plain() bool { return a.noColor || os.Getenv("NO_COLOR") != "" }

func terminal(f *os.File) bool {
	return f != nil && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}
