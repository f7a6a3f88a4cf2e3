package cli

import (
	"fmt"
	"path/filepath"

	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/wizard"
)

// tell ends the run: JSON if asked for, else what was written and what to type next.
func (o *newOptions) tell(s spec.Spec, p *plan.Plan, notes []string) {
	if o.app.json {
		doc := o.document(p, !o.dryRun, notes)
		printJSON(o.app.out, doc)
		return
	}
	if o.asks() {
		var more []string
		if !o.git {
			more = append(more, "--git=false")
		}
		fmt.Fprintln(o.app.out, wizard.Command(s, o.dir, more...))
	}
	if o.quiet {
		return
	}
	for _, k := range p.Kept {
		say(o.app.err, "kept %s: it was there already", k)
	}
	for _, n := range notes {
		say(o.app.err, "note: %s", n)
	}
	if o.dryRun {
		return
	}
	say(o.app.err, "%d files in %s. Next:", len(p.Steps), o.dir)
	next := wizard.Next(o.dir)
	if filepath.Clean(o.dir) == "." {
		next = next[1:]
	}
	for _, line := range next {
		say(o.app.err, "    %s", line)
	}
}
