package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/wizard"
)

// asks reports whether missing answers are asked: there is somebody to ask, or the plain prompts were
// wanted by name, which a program may answer too. ACCESSIBLE alone does not make a script wait for answers.
func (o *newOptions) asks() bool {
	out, ok := o.app.err.(*os.File)
	return !o.yes && (o.accessible || ok && wizard.Interactive(o.app.in, out))
}

// ask completes s, of which everything that says something is settled.
func (o *newOptions) ask(ctx context.Context, g *generator.Generator, s, defaults spec.Spec) (spec.Spec, error) {
	given := map[string]bool{
		"name": s.Name != "", "module": s.Module != "", "database": s.Database != "", "auth": s.Auth != "", "deploy": s.Deploy != nil,
		"ci": s.CI != "", "contact": s.Contact != "", "with": len(s.With) > 0, "without": len(s.Without) > 0,
	}
	if s.Name == "" {
		s.Name = nameOf(o.dir, s.Module)
		given["name"] = o.dir != ""
	}
	return wizard.Ask(ctx, wizard.IO{In: o.app.in, Out: o.app.err}, g.Catalog, s, given, wizard.Options{
		Accessible: o.accessible || os.Getenv("ACCESSIBLE") == "1",
		NoColor:    os.Getenv("NO_COLOR") != "",
		Dir:        o.dir,
		Defaults:   defaults,
		Free:       free,
		Count: func(s spec.Spec) (int, error) {
			p, _, err := g.New(s, nil)
			if err != nil {
				return 0, err
			}
			return len(p.Steps), nil
		},
	})
}

// tellCommand ends the wizard: the same service as a command line, and what to type next.
func (o *newOptions) tellCommand(s spec.Spec, dir string) {
	var more []string
	if !o.git {
		more = append(more, "--git=false")
	}
	fmt.Fprintln(o.app.out, wizard.Command(s, o.dir, more...))
	fmt.Fprintln(o.app.err, "\nNext:")
	for _, line := range wizard.Next(dir) {
		fmt.Fprintln(o.app.err, "  "+line)
	}
}

// free says what is wrong with a folder as a target.
func free(dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return problem.List{{Subject: dir, Message: "the folder is not empty", Hint: "name a folder that does not exist yet"}}
	}
	return nil
}
