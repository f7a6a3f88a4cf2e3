package generate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/merge"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// A Repo is what a run needs of a repository.
type Repo interface {
	Read(paths ...string) (tree.Tree, error)
	// Files walks the repository and returns the regular files that match; folders that do not match are not entered.
	Files(match func(path string, d fs.DirEntry) bool) (files tree.Tree, skipped []string, err error)
}

// A Use is one run that is asked for.
type Use struct {
	Selection *component.Selection // the service
	Lock      lock.Lock            // as it stands in the repository
	Source    string               // where the generator comes from, for the record
	Inputs    map[string]string
	Markers   bool // show conflicts in the files
}

// Misses are the insertions of a run that found no place. Nothing is written.
type Misses []*Missed

func (m Misses) Error() string {
	var lines []string
	for _, each := range m {
		lines = append(lines, each.Error())
	}
	return strings.Join(lines, "\n")
}

// A Run is the plan of one run, without go.mod, go.sum and the lock, and the lock as it is to be.
type Run struct {
	Plan *plan.Plan
	Lock lock.Lock
}

// Run plans one run. What was never generated is created and inserted; what was generated before, by other inputs, is merged.
func (g *Generator) Run(repo Repo, use Use) (*Run, error) {
	v, problems := g.values(use.Selection, use.Inputs)
	if len(problems) > 0 {
		return nil, problems
	}
	if problems = g.fits(use.Selection, v); len(problems) > 0 {
		return nil, problems
	}
	r := &run{g: g, use: use, name: g.runName(v), plan: &plan.Plan{}, is: use.Lock}
	r.is.Files = maps.Clone(use.Lock.Files)
	if r.is.Files == nil {
		r.is.Files = map[string]lock.File{}
	}
	if problems = r.references(v); len(problems) > 0 {
		return nil, problems
	}
	was, again := use.Lock.Run(r.name)
	numbers, err := g.numbers(repo, use.Selection, v, was.Sequences)
	if err != nil {
		return nil, err
	}
	if r.theirs, err = g.render(use.Selection, v, numbers); err != nil {
		return nil, err
	}
	r.base = &Output{}
	if again {
		r.again = true
		r.remember(was)
	}
	if err := r.read(repo); err != nil {
		return nil, err
	}
	if err := r.folds(repo); err != nil {
		return nil, err
	}
	if err := r.fresh(repo, v, numbers); err != nil {
		return nil, err
	}
	r.files()
	if err := r.insertions(); err != nil {
		return nil, err
	}
	record := lock.Run{Name: r.name, Generator: g.Name, Source: use.Source, Digest: g.digest, Inputs: v.texts, Imports: r.theirs.Imports}
	if len(numbers) > 0 {
		record.Sequences = numbers
	}
	r.is = r.is.WithRun(record)
	slices.SortFunc(r.plan.Steps, func(a, b plan.Step) int { return strings.Compare(a.Path, b.Path) })
	return &Run{Plan: r.plan, Lock: r.is}, nil
}

// runName is the key of a run: generator and argument.
func (g *Generator) runName(v values) string {
	for _, in := range g.Inputs {
		if in.Argument {
			return g.Name + " " + v.texts[in.Name]
		}
	}
	return g.Name
}

// references judges the arguments that name another run of this generator, or this one.
func (r *run) references(v values) problem.List {
	var argument string
	for _, in := range r.g.Inputs {
		if in.Argument {
			argument = in.Name
		}
	}
	names := []string{v.texts[argument]}
	for _, other := range r.use.Lock.Generated {
		if name := other.Inputs[argument]; other.Generator == r.g.Name && name != "" && name != names[0] {
			names = append(names, name)
		}
	}
	var problems problem.List
	for _, in := range r.g.Inputs {
		fields, _ := v.typed[in.Name].([]Field)
		for _, f := range fields {
			judge := func(kind, of, name string) {
				if kind == "run" && !slices.ContainsFunc(names, func(n string) bool { return snake(n) == snake(name) }) {
					problems.Hint("known: "+strings.Join(names, ", "), f.Name+":"+f.Type, "%s=%s: there is no %s %s", of, name, r.g.Name, name)
				}
			}
			t := in.Types[f.Type]
			judge(t.Argument, f.Type, f.Argument)
			for _, rule := range f.rules {
				judge(t.Rules[rule.name], rule.name, rule.argument)
			}
		}
	}
	return problems
}

// fresh makes sure that folders which the generator wants for itself hold nothing else.
func (r *run) fresh(repo Repo, v values, numbers map[string]string) error {
	if len(r.g.Fresh) == 0 {
		return nil
	}
	place := &rendering{g: r.g, sel: r.use.Selection, values: v, dot: dot{Sequences: numbers}}
	var problems problem.List
	for _, folder := range r.g.Fresh {
		dir, err := place.place(folder)
		if err != nil {
			return problem.List{{Subject: path.Join(r.g.Where, File), Message: err.Error()}}
		}
		other := ""
		_, _, err = repo.Files(func(p string, d fs.DirEntry) bool {
			if d.IsDir() {
				return p == dir || strings.HasPrefix(dir, p+"/") || strings.HasPrefix(p, dir+"/")
			}
			if strings.HasPrefix(p, dir+"/") && r.use.Lock.Files[p].Owner != r.name && other == "" {
				other = p
			}
			return false
		})
		if err != nil {
			return err
		}
		if other != "" && !r.again {
			problems.Hint("choose another name", r.g.Name, "%s already exists and contains %s", dir, path.Base(other))
		}
	}
	return problems.Err()
}

var leadingNumber = regexp.MustCompile(`^[0-9]+`)

// numbers chooses the numbers that the run has none of yet.
func (g *Generator) numbers(repo Repo, sel *component.Selection, v values, was map[string]string) (map[string]string, error) {
	out := map[string]string{}
	m := newMachine()
	for _, s := range g.Sequences {
		if n, there := was[s.Name]; there {
			out[s.Name] = n
			continue
		}
		if !s.Only.holds(sel, v) {
			continue
		}
		subject := fmt.Sprintf("%s:%d", path.Join(g.Where, File), s.Line)
		folder, p := m.Execute(subject, s.Folder, dot{sel: sel, Inputs: v.typed, Data: g.Data})
		if p != nil {
			return nil, problem.List{*p}
		}
		dir := string(folder)
		if !fs.ValidPath(dir) || dir == "." || render.CheckPath(dir) != nil {
			return nil, problem.List{{Subject: subject, Message: fmt.Sprintf("%q is no folder of a project", dir)}}
		}
		next := s.From
		_, _, err := repo.Files(func(p string, d fs.DirEntry) bool {
			if d.IsDir() {
				return p == dir || strings.HasPrefix(dir, p+"/")
			}
			if path.Dir(p) == dir {
				if n, err := strconv.Atoi(leadingNumber.FindString(path.Base(p))); err == nil {
					next = max(next, n+1)
				}
			}
			return false // its name is all that counts
		})
		if err != nil {
			return nil, err
		}
		out[s.Name] = fmt.Sprintf("%0*d", s.Digits, next)
	}
	return out, nil
}

type run struct {
	g            *Generator
	use          Use
	name         string
	again        bool
	base, theirs *Output
	known        bool     // base is what the last run made
	others       []Insert // of other runs of the generator, once they are asked for
	ours         tree.Tree
	is           lock.Lock
	plan         *plan.Plan
}

// remember makes what the last run made again, if the generator is still the same.
func (r *run) remember(was lock.Run) {
	if was.Digest != r.g.digest {
		return
	}
	v, problems := r.g.values(r.use.Selection, was.Inputs)
	if len(problems) > 0 {
		return
	}
	base, err := r.g.render(r.use.Selection, v, was.Sequences)
	if err != nil {
		return
	}
	r.base, r.known = base, true
}

// read reads every file that the run may touch.
func (r *run) read(repo Repo) error {
	paths := map[string]bool{}
	for _, out := range []*Output{r.base, r.theirs} {
		for p := range out.Files {
			paths[p] = true
		}
		for _, i := range out.Insertions {
			paths[i.Into] = true
		}
	}
	for p, f := range r.use.Lock.Files {
		if f.Owner == r.name {
			paths[p] = true
		}
	}
	var err error
	r.ours, err = repo.Read(slices.Sorted(maps.Keys(paths))...)
	return err
}

// folds refuses a new file whose name, or whose folder's, differs only in case from one that is there: on some systems they are one.
func (r *run) folds(repo Repo) error {
	exact := map[string]string{} // lower case → as the run writes it
	for p := range r.theirs.Files {
		for ; p != "."; p = path.Dir(p) {
			exact[strings.ToLower(p)] = p
		}
	}
	var problems problem.List
	_, _, err := repo.Files(func(p string, d fs.DirEntry) bool {
		want, known := exact[strings.ToLower(p)]
		if known && want != p {
			problems.Add(r.g.Where, "%s and the existing %s are the same file on systems that ignore case", want, p)
		}
		return known && d.IsDir()
	})
	if err != nil {
		return err
	}
	return problems.Sorted().Err()
}

func (r *run) step(s plan.Step) {
	s.Owner = r.name
	r.plan.Steps = append(r.plan.Steps, s)
}

func (r *run) note(format string, args ...any) {
	r.plan.Notes = append(r.plan.Notes, fmt.Sprintf(format, args...))
}

// files decides what becomes of each whole file.
func (r *run) files() {
	paths := map[string]bool{}
	for p := range r.theirs.Files {
		paths[p] = true
	}
	for p, f := range r.use.Lock.Files {
		if f.Owner == r.name {
			paths[p] = true
		}
	}
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		r.file(p)
	}
}

func (r *run) file(p string) {
	theirs, will := r.theirs.Files[p]
	ours, there := r.ours[p]
	entry, recorded := r.use.Lock.Files[p]
	recorded = recorded && entry.Owner == r.name
	keep := func() { // theirs is what the record says from now on
		r.is.Files[p] = lock.File{SHA256: lock.Digest(theirs.Data), Mode: theirs.Mode, Owner: r.name, Class: string(theirs.Class)}
	}
	asWritten := recorded && there && lock.Digest(ours.Data) == entry.SHA256
	switch {
	case will && !recorded && there && theirs.Class == render.Seeded: // somebody has brought it, and it is the user's
	case will && !recorded && r.use.Lock.Files[p].Owner != "":
		why := "it belongs to " + r.use.Lock.Files[p].Owner
		r.step(plan.Step{Kind: plan.Conflict, Path: p, Old: ours.Data, Mode: ours.Mode, Why: why + "; choose another name"})
	case will && !recorded && !there:
		r.step(plan.Step{Kind: plan.Create, Path: p, New: theirs.Data, Mode: theirs.Mode})
		keep()
	case will && !recorded && lock.Digest(ours.Data) == lock.Digest(theirs.Data):
		keep() // somebody wrote the same
	case will && !recorded:
		r.merge(p, nil, "it already exists and differs from what "+r.name+" would write")
		keep()
	case will && !there:
		r.note("%s was deleted and stays deleted", p)
	case will && lock.Digest(ours.Data) == lock.Digest(theirs.Data):
		keep()
	case will && asWritten:
		r.step(plan.Step{Kind: plan.Modify, Path: p, Old: ours.Data, New: withEndings(ours.Data, theirs.Data), Mode: ours.Mode})
		keep()
	case will && lock.Digest(theirs.Data) == entry.SHA256: // what would be written has not changed: the edits stay
	case will && theirs.Class == render.Seeded:
		r.note("%s is yours and stays unchanged", p)
	case will:
		base, ok := r.base.Files[p]
		if !ok || lock.Digest(base.Data) != entry.SHA256 {
			r.merge(p, nil, "you edited it, and the generator has changed since then")
		} else {
			r.merge(p, base.Data, "")
		}
		keep()
	case !there:
		delete(r.is.Files, p)
	case asWritten:
		r.step(plan.Step{Kind: plan.Delete, Path: p, Old: ours.Data, Mode: ours.Mode})
		delete(r.is.Files, p)
	case entry.Class == string(render.Seeded) || r.use.Markers:
		r.note("%s was edited and stays", p)
		delete(r.is.Files, p)
	default:
		r.step(plan.Step{Kind: plan.Conflict, Path: p, Old: ours.Data, Mode: ours.Mode,
			Why: "you edited it, and these inputs would delete it; move your code elsewhere, or delete the file"})
	}
}

// merge joins a person's edits with what the inputs have changed.
func (r *run) merge(p string, base []byte, why string) {
	ours, theirs := r.ours[p], r.theirs.Files[p]
	binary := bytes.IndexByte(ours.Data, 0) >= 0
	m := merge.File(p, base, ours.Data, theirs.Data)
	if m.Clean() && base != nil {
		r.step(plan.Step{Kind: plan.Modify, Path: p, Old: ours.Data, New: m.Text(), Mode: ours.Mode})
		return
	}
	if why == "" {
		var lines []string
		for _, c := range m.Conflicts {
			lines = append(lines, strconv.Itoa(c.Line))
		}
		why = "you and " + r.g.Name + " changed the same lines: " + strings.Join(lines, ", ")
	}
	marked := m.Marked("yours", "hardwright")
	switch {
	case binary || m.Clean():
		r.step(plan.Step{Kind: plan.Conflict, Path: p, Old: ours.Data, Mode: ours.Mode, Why: why})
	case r.use.Markers:
		r.plan.Marked = append(r.plan.Marked, p)
		r.step(plan.Step{Kind: plan.Modify, Path: p, Old: ours.Data, New: marked, Mode: ours.Mode})
	default:
		r.step(plan.Step{Kind: plan.Conflict, Path: p, Old: ours.Data, New: marked, Mode: ours.Mode, Why: why})
	}
}

// insertions puts texts in place, file by file.
func (r *run) insertions() error {
	type pair struct{ old, new *Insert }
	byFile := map[string][]pair{}
	key := func(i Insert) string { return fmt.Sprintf("%s\x00%s\x00%s", i.Into, i.Anchor, i.Subject) }
	olds := map[string]*Insert{}
	for _, i := range r.base.Insertions {
		olds[key(i)] = &i
	}
	for _, i := range r.theirs.Insertions {
		old := olds[key(i)]
		delete(olds, key(i))
		if old != nil && old.Text == i.Text && slices.Equal(old.Imports, i.Imports) {
			continue // a person who took it out again had a reason
		}
		if old != nil && r.shared(old) {
			old = nil
		}
		byFile[i.Into] = append(byFile[i.Into], pair{old, &i})
	}
	for _, k := range slices.Sorted(maps.Keys(olds)) {
		old := olds[k]
		if old.Text != "" && !r.shared(old) {
			gone := *old
			gone.Text, gone.Imports = "", nil
			byFile[old.Into] = append([]pair{{old, &gone}}, byFile[old.Into]...)
		}
	}
	if r.again && !r.known && len(r.theirs.Insertions) > 0 {
		r.note("the generator has changed since its last run: the text of that run stays in other files, and new text is added")
	}
	var misses Misses
	for _, into := range slices.Sorted(maps.Keys(byFile)) {
		ours, there := r.ours[into]
		if !there {
			for _, p := range byFile[into] {
				if p.new.Text != "" || len(p.new.Imports) > 0 {
					misses = append(misses, &Missed{Into: into, Anchor: p.new.Anchor, Why: "the file does not exist", Text: p.new.manual()})
				}
			}
			continue
		}
		data, why, left := ours.Data, "", false
		for _, p := range byFile[into] {
			out, err := p.new.Apply(data, p.old)
			var missed *Missed
			switch {
			case err == nil:
				data = out
			case errors.As(err, &missed):
				misses = append(misses, missed)
			case p.new.Text == "":
				left = true
				r.note("%s: %v: remove by hand what is left of\n%s", into, err, p.old.Text)
			default:
				why = fmt.Sprintf("%v; change it by hand to\n%s", err, p.new.Text)
			}
		}
		if gone := r.imports(into); len(gone) > 0 && !left {
			data = dropImports(data, gone)
		}
		switch {
		case why != "":
			r.step(plan.Step{Kind: plan.Conflict, Path: into, Old: ours.Data, Mode: ours.Mode, Why: why})
		case !bytes.Equal(data, ours.Data):
			r.step(plan.Step{Kind: plan.Modify, Path: into, Old: ours.Data, New: data, Mode: ours.Mode})
		}
	}
	if len(misses) > 0 {
		return misses
	}
	return nil
}

// shared reports whether another run of the generator put the same text into the same place: it is not ours alone to take away.
func (r *run) shared(i *Insert) bool {
	if r.others == nil {
		r.others = []Insert{}
		for _, other := range r.use.Lock.Generated {
			if other.Generator != r.g.Name || other.Name == r.name || other.Digest != r.g.digest {
				continue
			}
			v, problems := r.g.values(r.use.Selection, other.Inputs)
			if len(problems) > 0 {
				continue
			}
			if out, err := r.g.render(r.use.Selection, v, other.Sequences); err == nil {
				r.others = append(r.others, out.Insertions...)
			}
		}
	}
	return slices.ContainsFunc(r.others, func(o Insert) bool {
		return o.Into == i.Into && o.Text == i.Text && o.Anchor.String() == i.Anchor.String()
	})
}

// imports are those that the last run put into a file and that this one does not.
func (r *run) imports(into string) []string {
	var is, was []string
	for _, i := range r.theirs.Insertions {
		if i.Into == into {
			is = append(is, i.Imports...)
		}
	}
	for _, i := range r.base.Insertions {
		if i.Into == into {
			was = append(was, i.Imports...)
		}
	}
	return slices.DeleteFunc(was, func(p string) bool { return slices.Contains(is, p) }) // one that is used stays in any case
}

// withEndings gives data the line endings of like.
func withEndings(like, data []byte) []byte {
	if allCRLF(like) {
		return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	}
	return data
}
