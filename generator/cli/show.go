package cli

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/wizard"
)

// planned is the document of a plan.
type planned struct {
	Version int      `json:"version"`
	Command string   `json:"command"`
	Steps   []step   `json:"steps"`
	Kept    []string `json:"kept,omitempty"`
	Dir     string   `json:"dir"`
	Git     bool     `json:"git"`
	Written bool     `json:"written"`
	Notes   []string `json:"notes,omitempty"`
}

type step struct {
	Op     plan.Kind `json:"op"`
	Path   string    `json:"path"`
	Owner  string    `json:"owner"`
	Mode   string    `json:"mode"`
	SHA256 string    `json:"sha256"`
	Diff   string    `json:"diff,omitempty"`
}

// show prints the plan where it was asked for. It is the value that is applied.
func (o *newOptions) show(p *plan.Plan) {
	if o.app.json || !o.dryRun && !o.diff {
		return
	}
	w := bufio.NewWriter(o.app.out)
	defer w.Flush()
	for _, s := range p.Steps {
		if o.diff {
			o.color(w, s.Diff())
			continue
		}
		fmt.Fprintf(w, "%-8s %s\n", s.Kind, s.Path)
	}
	if p.Git && !o.diff {
		fmt.Fprintln(w, "then     git init, commit")
	}
}

// color paints a diff for a terminal.
func (o *newOptions) color(w io.Writer, diff string) {
	if o.plain() || !terminal(o.app.out) {
		fmt.Fprint(w, diff)
		return
	}
	for line := range strings.Lines(diff) {
		paint := ""
		switch {
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
			paint = "\x1b[1m"
		case strings.HasPrefix(line, "+"):
			paint = "\x1b[32m"
		case strings.HasPrefix(line, "-"):
			paint = "\x1b[31m"
		}
		if paint == "" {
			fmt.Fprint(w, line)
			continue
		}
		fmt.Fprint(w, paint, strings.TrimSuffix(line, "\n"), "\x1b[0m\n")
	}
}

// tell ends the run: JSON if asked for, else what was written and what to type next.
func (o *newOptions) tell(s spec.Spec, p *plan.Plan, notes []string) {
	if o.app.json {
		doc := planned{Version: jsonVersion, Command: "new", Kept: p.Kept, Dir: o.dir, Git: p.Git, Written: !o.dryRun, Notes: notes}
		for _, s := range p.Steps {
			each := step{Op: s.Kind, Path: s.Path, Owner: s.Owner, Mode: fmt.Sprintf("%04o", s.Mode.Perm()), SHA256: lock.Digest(s.New)}
			if o.diff {
				each.Diff = s.Diff()
			}
			doc.Steps = append(doc.Steps, each)
		}
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
