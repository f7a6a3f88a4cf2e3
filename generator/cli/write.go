package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/hardwright/hardwright/generator"
	"github.com/hardwright/hardwright/generator/internal/apply"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/source"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// writing is what the commands that write have in common.
type writing struct {
	app    *app
	name   string // of the command
	dir    string
	dryRun bool
	diff   bool
	quiet  bool
	// Of the commands that change a repository.
	check     bool
	conflicts string
	yes       bool
	noBuild   bool
	gate      func(context.Context, *plan.Plan) (notes []string, err error) // judges a plan before it is carried out; nil: nothing does
	silence   func()                                                        // stops the line that says that something goes on: somebody is asked
	next      string                                                        // what to do afterwards
}

// flags adds the flags of every command that writes.
func (w *writing) flags(f *pflag.FlagSet) {
	f.BoolVar(&w.dryRun, "dry-run", false, "print the plan, write nothing")
	f.BoolVar(&w.diff, "diff", false, "print the bytes too")
	f.BoolVar(&w.app.json, "json", false, "print one JSON document; implies --yes")
	f.BoolVar(&w.quiet, "quiet", false, "say nothing when all goes well")
	f.BoolVar(&w.app.noColor, "no-color", false, "print without color")
}

// changeFlags adds those of the commands that change a repository.
func (w *writing) changeFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVar(&w.dir, "dir", ".", "the repository's folder")
	w.flags(f)
	f.BoolVar(&w.check, "check", false, "write nothing; exit 3 if there is work to do, 0 if there is none")
	f.StringVar(&w.conflicts, "conflicts", "", "`markers`: write conflicts into the files, as git does")
	f.BoolVar(&w.yes, "yes", false, "never ask")
	f.BoolVar(&w.noBuild, "no-build", false, "do not build the result before it is written")
}

// planned is the document of a plan.
type planned struct {
	Version int          `json:"version"`
	Command string       `json:"command"`
	Steps   []step       `json:"steps"`
	Kept    []string     `json:"kept,omitempty"`
	Marked  []string     `json:"marked,omitempty"`
	Dirty   []string     `json:"dirty,omitempty"`
	Dir     string       `json:"dir"`
	Git     bool         `json:"git"`
	Written bool         `json:"written"`
	Notes   []string     `json:"notes,omitempty"`
	Would   []step       `json:"would,omitempty"` // what generators would write otherwise; not done
	Errors  problem.List `json:"errors,omitempty"`
	Exit    int          `json:"exit,omitempty"`
}

type step struct {
	Op     plan.Kind `json:"op"`
	Path   string    `json:"path"`
	Owner  string    `json:"owner"`
	Mode   string    `json:"mode"`
	SHA256 string    `json:"sha256"` // of what is there afterwards; empty if nothing is
	Why    string    `json:"why,omitempty"`
	Diff   string    `json:"diff,omitempty"`
}

// show prints the plan where it was asked for. It is the value that is applied.
func (w *writing) show(p *plan.Plan) {
	if w.app.json {
		return
	}
	out := bufio.NewWriter(w.app.out)
	defer out.Flush()
	if len(p.Would) > 0 && !w.quiet {
		defer func() {
			fmt.Fprintln(out, "What generators would write otherwise now, when they run again:")
			for _, s := range p.Would {
				w.color(out, s.Diff())
			}
		}()
	}
	if !w.dryRun && !w.diff {
		return
	}
	for _, s := range p.Steps {
		if w.diff {
			w.color(out, s.Diff())
			continue
		}
		fmt.Fprintf(out, "%-8s %s\n", s.Kind, s.Path)
	}
	if p.Git && !w.diff {
		fmt.Fprintln(out, "then     git init, commit")
	}
}

// color paints a diff for a terminal, where no control character of a file may act.
func (w *writing) color(out io.Writer, diff string) {
	if !terminal(w.app.out) {
		fmt.Fprint(out, diff)
		return
	}
	diff = problem.Plain(diff)
	if w.app.plain() {
		fmt.Fprint(out, diff)
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
			fmt.Fprint(out, line)
			continue
		}
		fmt.Fprint(out, paint, strings.TrimSuffix(line, "\n"), "\x1b[0m\n")
	}
}

// document is the plan for --json.
func (w *writing) document(p *plan.Plan, written bool, notes []string) planned {
	doc := planned{Version: jsonVersion, Command: w.name, Steps: []step{}, Kept: p.Kept, Marked: p.Marked, Dir: w.dir, Git: p.Git, Written: written, Notes: notes}
	for _, s := range p.Steps {
		doc.Steps = append(doc.Steps, w.step(s))
	}
	for _, s := range p.Would {
		doc.Would = append(doc.Would, w.step(s))
	}
	return doc
}

func (w *writing) step(s plan.Step) step {
	each := step{Op: s.Kind, Path: s.Path, Owner: s.Owner, Mode: fmt.Sprintf("%04o", s.Mode.Perm()), Why: s.Why}
	after := s.New
	if s.Kind == plan.Conflict {
		after = s.Old
	}
	if after != nil {
		each.SHA256 = lock.Digest(after)
	}
	if w.diff {
		each.Diff = s.Diff()
	}
	return each
}

// atWork shows that something goes on where it takes long.
func (w *writing) atWork(format string, args ...any) (stop func()) {
	if w.quiet || !terminal(w.app.err) {
		return func() {}
	}
	working := time.AfterFunc(time.Second, func() { say(w.app.err, format, args...) })
	return func() { working.Stop() }
}

// change runs a command that changes a repository: plan looks at it, and what it returns is shown, judged and written.
func (w *writing) change(ctx context.Context, plan func(*apply.Repo) (*plan.Plan, error)) error {
	switch w.conflicts {
	case "", "markers":
	default:
		return problem.List{{Subject: "--conflicts", Message: fmt.Sprintf("%q is none of its values", w.conflicts), Hint: "--conflicts=markers"}}
	}
	repo, err := apply.Open(w.dir)
	if err != nil {
		return err
	}
	defer repo.Close()
	writes := !w.dryRun && !w.check
	var notes []string
	switch {
	case writes:
		if notes, err = repo.Resume(); err != nil {
			return err
		}
	case repo.Interrupted():
		return fmt.Errorf("an earlier run was interrupted here: run a command that writes first, and it will be finished")
	}
	w.silence = w.atWork("hardwright: working in %s …", w.dir)
	defer w.silence()
	p, err := plan(repo)
	if err != nil {
		return err
	}
	notes = append(notes, p.Notes...)
	dirty, note := repo.Dirty(ctx)
	if note != "" {
		notes = append(notes, note)
	}
	w.show(p)
	conflicts := conflictsOf(p)
	written := writes && len(conflicts) == 0
	if written {
		if err := ctx.Err(); err != nil {
			return err
		}
		if w.gate != nil && !w.noBuild {
			said, err := w.gate(ctx, p)
			if err != nil {
				return err
			}
			notes = append(notes, said...)
		}
		more, err := repo.Change(ctx, p)
		if err != nil {
			return err
		}
		notes = append(notes, more...)
	}
	code := exit(exitDone)
	if len(conflicts) > 0 || len(p.Marked) > 0 || w.check && len(p.Steps) > 0 {
		code = exitConflicts
	}
	w.silence()
	if w.app.json {
		doc := w.document(p, written && len(p.Steps) > 0, notes)
		doc.Dirty, doc.Errors, doc.Exit = dirty, conflicts, int(code)
		printJSON(w.app.out, doc)
	} else {
		if len(conflicts) > 0 {
			w.app.report(w.name, conflicts, exitConflicts)
		}
		w.tellChange(p, written, dirty, notes)
	}
	if code != exitDone {
		return code
	}
	return nil
}

// tidy is the go command's, where there is one.
func (w *writing) tidy(ctx context.Context) generator.Tidy {
	if !source.HasGo() {
		return nil
	}
	return func(files tree.Tree) (mod, sum []byte, err error) { return source.Tidy(ctx, files) }
}

// conflictsOf lists the conflicts of a plan as problems, each with what a person can do.
func conflictsOf(p *plan.Plan) problem.List {
	var out problem.List
	for _, s := range p.Conflicts() {
		hint := ""
		if s.New != nil {
			hint = "--dry-run --diff shows both; --conflicts=markers writes both into the file, to be settled there"
		}
		if len(out) > 0 && out[len(out)-1].Hint == hint {
			out[len(out)-1].Hint = "" // said once, below the last
		}
		out = append(out, problem.Problem{Subject: s.Path, Message: s.Why, Hint: hint})
	}
	return out
}

// tellChange ends the run of a command that changes a repository.
func (w *writing) tellChange(p *plan.Plan, written bool, dirty, notes []string) {
	if w.quiet {
		return
	}
	for _, n := range notes {
		say(w.app.err, "note: %s", n)
	}
	if len(dirty) > 0 && len(p.Steps) > 0 {
		say(w.app.err, "note: with changes that were not committed before: %s", some(dirty, 5))
	}
	for _, m := range p.Marked {
		say(w.app.err, "conflict markers in %s", m)
	}
	switch {
	case len(p.Steps) == 0:
		say(w.app.err, "nothing to do")
	case written:
		in := ""
		if dir := filepath.Clean(w.dir); dir != "." {
			in = " in " + dir
		}
		next := w.next
		if next == "" {
			next = "git diff, then make prove"
		}
		say(w.app.err, "%s%s. Next: %s", counts(p), in, next)
	case w.check:
		say(w.app.err, "there is work to do: %s", counts(p))
	case len(p.Conflicts()) > 0:
		say(w.app.err, "nothing was written")
	}
}

// counts says how many files a plan creates, changes and removes.
func counts(p *plan.Plan) string {
	n := map[plan.Kind]int{}
	for _, s := range p.Steps {
		n[s.Kind]++
	}
	var out []string
	for _, k := range []struct {
		kind plan.Kind
		word string
	}{{plan.Create, "created"}, {plan.Modify, "changed"}, {plan.Delete, "removed"}, {plan.Conflict, "in conflict"}} {
		if n[k.kind] > 0 {
			out = append(out, fmt.Sprintf("%d %s", n[k.kind], k.word))
		}
	}
	return strings.Join(out, ", ")
}

// some lists the first of many.
func some(all []string, n int) string {
	if len(all) <= n {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(slices.Clone(all[:n]), ", "), len(all)-n)
}
