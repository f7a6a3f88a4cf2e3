package generator

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/patch"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// guardComponent is the hidden component that everything with a part in package guard needs.
const guardComponent = "guard"

// AddForeign plans the addition of components to a repository that hardwright did not write.
func (g *Generator) AddForeign(repo Repo, names []string, use Use) (*plan.Plan, error) {
	f, err := g.foreign(repo, use)
	if err != nil {
		return nil, err
	}
	return f.add(names)
}

// RemoveForeign plans their removal.
func (g *Generator) RemoveForeign(repo Repo, names []string, use Use) (*plan.Plan, error) {
	f, err := g.foreign(repo, use)
	if err != nil {
		return nil, err
	}
	return f.remove(names)
}

// A foreign is a repository that hardwright did not write, as it is and as it was before us.
type foreign struct {
	g       *Generator
	repo    Repo
	use     Use
	asked   spec.Spec // hardwright.yaml as it stands there
	lock    lock.Lock
	files   tree.Tree // Go files, and what else says what is there; without our patches
	ours    tree.Tree // files that have our patches, as they stand there
	splices map[string]plan.Splice
	moved   patch.Sighting // where our handler was put around theirs, in a file that was edited since
	kept    []lock.Patch   // of files that are left as they are
	survey  *patch.Survey
	notes   []string
}

func (g *Generator) foreign(repo Repo, use Use) (*foreign, error) {
	f := &foreign{g: g, repo: repo, use: use, ours: tree.Tree{}, splices: map[string]plan.Splice{}}
	if err := f.answers(); err != nil {
		return nil, err
	}
	files, skipped, err := repo.Files(patch.Wants)
	if err != nil {
		return nil, err
	}
	f.files = files
	for _, p := range skipped {
		if strings.HasSuffix(p, ".go") {
			f.notes = append(f.notes, p+" cannot be read, or is too long: it was not looked at")
		}
	}
	var vendored []string
	for p := range files {
		if path.Base(p) == "go.mod" {
			vendored = append(vendored, path.Join(path.Dir(p), "vendor/modules.txt"))
		}
	}
	more, err := repo.Read(vendored...)
	if err != nil {
		return nil, err
	}
	maps.Copy(f.files, more)
	if err := f.unpatch(); err != nil {
		return nil, err
	}
	f.survey = patch.Look(f.files)
	return f, nil
}

// answers reads what an earlier run recorded.
func (f *foreign) answers() error {
	files, err := f.repo.Read(spec.Path, lock.Path)
	if err != nil {
		return err
	}
	src, there := files[spec.Path]
	locked, is := files[lock.Path]
	restore := "take it back from your version control"
	switch {
	case !there && !is:
		return nil
	case !there:
		if f.lock, err = lock.Parse(locked.Data); err != nil {
			return err
		}
		if f.lock.Foreign && len(f.lock.Components)+len(f.lock.Patches) == 0 {
			return nil // it pins packs, or knows what was generated, and no more
		}
		return problem.List{{Subject: spec.Path, Message: "it is missing, and " + lock.Path + " is there", Hint: restore}}
	case !is:
		return problem.List{{Subject: lock.Path, Message: "it is missing, and without it your edits cannot be told from what was written", Hint: restore}}
	}
	if f.asked, err = spec.Parse(spec.Path, src.Data); err != nil {
		return err
	}
	if f.lock, err = lock.Parse(locked.Data); err != nil {
		return err
	}
	if !f.lock.Foreign {
		return problem.List{{Subject: spec.Path, Message: "it names no service, and " + lock.Path + " says that hardwright wrote one here", Hint: restore}}
	}
	digest, err := Digest(f.g.templates())
	if err != nil {
		return err
	}
	if digest != f.lock.Templates {
		return problem.List{{Subject: lock.Path, Message: fmt.Sprintf("it was written by hardwright %s with other templates than this one (%s) holds", f.lock.Engine, Version),
			Hint: "use the hardwright that wrote it"}}
	}
	return nil
}

// unpatch takes our words out of the files that have them, so that everything is decided anew from what a person wrote.
func (f *foreign) unpatch() error {
	for _, p := range f.lock.Patches {
		now, there := f.files[p.File]
		if !there {
			f.notes = append(f.notes, p.File+" is gone, and our change with it")
			continue
		}
		u := patch.Unpatch(now.Data, p)
		f.ours[p.File] = now
		s := plan.Splice{Path: p.File, Owner: guardComponent, New: u.Was}
		if u.Why != "" {
			s.New, s.Why = now.Data, "it was edited where hardwright changed it: "+u.Why
		} else {
			f.files[p.File] = tree.File{Data: u.Was, Mode: now.Mode}
			if u.Line > 0 {
				f.moved = patch.Sighting{File: p.File, Line: u.Line}
			}
			if u.Edited {
				f.notes = append(f.notes, p.File+" was edited since: our part is found by syntax")
			}
		}
		f.splices[p.File] = s
	}
	return nil
}

// add decides what is new, what is there already, and where it goes.
func (f *foreign) add(names []string) (*plan.Plan, error) {
	want := f.asked.Clone()
	for c, inputs := range f.use.Set {
		for in, value := range inputs {
			want.SetInput(c, in, value)
		}
	}
	var problems problem.List
	for _, name := range names {
		if asksFor(want, name) {
			continue
		}
		if at, weak, there := f.has(name); there {
			if weak == "" {
				f.notes = append(f.notes, name+" is there already: "+at.String())
				delete(want.Set, name)
				continue
			}
			f.notes = append(f.notes, fmt.Sprintf("%s is there in part: %s: %s", name, at, weak))
		}
		f.with(&want, name, &problems)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return f.plan(want)
}

// with asks for one component more.
func (f *foreign) with(want *spec.Spec, name string, problems *problem.List) {
	got, ok := f.g.Catalog.Get(name)
	kind := component.Extra
	if ok {
		kind = got.Kind
	}
	switch kind {
	case component.Deploy:
		want.Deploy = append(want.Deploy, name)
	case component.CI:
		if want.CI != "" && want.CI != spec.None && want.CI != name {
			problems.Hint("hardwright remove "+want.CI, name, "%s is there already, and one CI is enough", want.CI)
		}
		want.CI = name
	default:
		want.With = append(want.With, name) // an unknown one is refused with all the others
	}
}

func (f *foreign) remove(names []string) (*plan.Plan, error) {
	want := f.asked.Clone()
	var problems problem.List
	for _, name := range names {
		is := func(w string) bool { return w == name }
		switch {
		case !slices.Contains(f.g.Catalog.ForeignNames(), name):
			hint := "one of " + strings.Join(f.g.Catalog.ForeignNames(), ", ")
			if near := problem.Nearest(name, f.g.Catalog.ForeignNames()); near != "" {
				hint = near
			}
			problems.Hint(hint, name, "unknown component")
		case !asksFor(f.asked, name) && !slices.Contains(f.lock.Components, name):
			f.notes = append(f.notes, "hardwright did not bring "+name+" into this repository")
		default:
			want.With = slices.DeleteFunc(want.With, is)
			want.Deploy = slices.DeleteFunc(want.Deploy, is)
			if want.CI == name {
				want.CI = ""
			}
			delete(want.Set, name)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return f.plan(want)
}

func all(s spec.Spec) []string {
	out := slices.Concat(s.With, s.Deploy)
	if s.CI != "" && s.CI != spec.None {
		out = append(out, s.CI)
	}
	return out
}

func asksFor(s spec.Spec, name string) bool { return slices.Contains(all(s), name) }

// has looks whether the repository does by itself what the component would do.
func (f *foreign) has(name string) (at patch.Sighting, weak string, there bool) {
	for _, s := range f.survey.Has[name] {
		if _, ours := f.lock.Files[s.File]; !ours {
			return s, s.Why, true
		}
	}
	return patch.Sighting{}, "", false
}

// plan leads from what is there, as the lock has it, to what is wanted: hardwright.yaml may have been edited since.
func (f *foreign) plan(want spec.Spec) (*plan.Plan, error) {
	var server *patch.Server
	facts := f.facts(nil)
	facts.Main, facts.Branch = "", ""
	facts.Go = "1.99" // the go line that counts is that of the server's module, which is not known yet
	sel, err := f.g.Catalog.ResolveForeign(want, facts)
	if err != nil {
		return nil, err
	}
	if sel.Has(guardComponent) {
		if server, err = f.server(); err != nil {
			return nil, err
		}
		if want, err = f.timeouts(want, sel, server); err != nil {
			return nil, err
		}
	}
	if len(all(want)) == 0 && len(f.lock.Components) == 0 {
		return &plan.Plan{Notes: f.notes}, nil
	}
	if err := f.room(sel, server); err != nil {
		return nil, err
	}
	theirs, sel, err := f.render(want, server)
	if err != nil {
		return nil, err
	}
	l := f.lock
	l.Engine, l.Patches = Version, f.kept
	if l.Templates, err = Digest(f.g.templates()); err != nil {
		return nil, err
	}
	if sel.Has(guardComponent) && server != nil {
		if err := f.splice(&theirs, sel, server, &l); err != nil {
			return nil, err
		}
	}
	return f.between(theirs, l)
}

// room refuses a folder that our package would have to share with code of theirs.
func (f *foreign) room(sel *component.Selection, server *patch.Server) error {
	if !sel.Has(guardComponent) || slices.Contains(f.lock.Components, guardComponent) {
		return nil
	}
	dir := path.Join(f.facts(server).Folder, patch.Package)
	for _, p := range slices.Sorted(maps.Keys(f.files)) {
		if path.Dir(p) == dir && strings.HasSuffix(p, ".go") {
			return problem.Refusal{List: problem.List{{Subject: p, Message: "package " + dir + " is yours, and ours has to stand there", Hint: "move it"}}}
		}
	}
	return nil
}

// server is where our handler goes. nil means that a person wrote the call of guard.Handler.
func (f *foreign) server() (*patch.Server, error) {
	if stays, err := f.keep(); stays || err != nil {
		return nil, err
	}
	recorded, err := f.recorded()
	if err != nil {
		return nil, err
	}
	if recorded == nil {
		if len(f.survey.Wrapped) > 0 && f.use.Server == "" {
			f.notes = append(f.notes, "guard.Handler is called already: "+f.survey.Wrapped[0].Place())
			return nil, nil
		}
		return f.survey.Choose(f.use.Server)
	}
	if f.use.Server == "" {
		return recorded, nil
	}
	server, err := f.survey.Choose(f.use.Server)
	if err == nil && server != recorded {
		no := problem.Refusal{List: problem.List{{Message: "our handler is around another server: " + f.survey.Name(recorded),
			Hint: "write guard.Handler(h) around this one by hand, or remove everything first"}}}
		no.Add(f.survey.Name(server), "%s", server.What)
		return nil, no
	}
	return server, err
}

// recorded is the server that has our handler, nil if none has.
func (f *foreign) recorded() (*patch.Server, error) {
	if sv := f.survey.Around(f.moved.File, f.moved.Line); sv != nil {
		return sv, nil
	}
	if len(f.lock.Patches) == 0 {
		return nil, nil
	}
	if sv, err := f.survey.Choose(f.lock.Patches[0].Server); err == nil {
		return sv, nil
	}
	return nil, nil // the file was moved, or our call is gone
}

// keep leaves the files with our words as they are, where a person has changed them so that ours cannot be told from theirs: our handler is
// still around theirs, and what it does is decided elsewhere.
func (f *foreign) keep() (stays bool, err error) {
	for _, p := range slices.Sorted(maps.Keys(f.splices)) {
		why := f.splices[p].Why
		if why == "" {
			continue
		}
		if !slices.ContainsFunc(f.survey.Wrapped, func(w patch.Sighting) bool { return w.File == p }) {
			return false, problem.Refusal{List: problem.List{{Subject: p, Message: why}}}
		}
		f.notes = append(f.notes, p+" is left as it is: "+why)
		f.kept = f.lock.Patches
	}
	if len(f.kept) == 0 {
		return false, nil
	}
	for p, s := range f.splices {
		s.New, s.Why = f.ours[p].Data, ""
		f.splices[p] = s
	}
	return true, nil
}

// timeouts leaves the component out where all that it would set is set.
func (f *foreign) timeouts(want spec.Spec, sel *component.Selection, server *patch.Server) (spec.Spec, error) {
	fields := sel.Server()
	if len(fields) == 0 {
		if len(f.kept) > 0 && asksFor(f.asked, "timeouts") {
			return want, problem.Refusal{List: problem.List{{Subject: f.kept[0].Server, Message: "the timeouts cannot be taken out of code that was edited", Hint: "take what is set to a constant of package guard out by hand"}}}
		}
		return want, nil
	}
	if server == nil {
		f.notes = append(f.notes, "timeouts: set them by hand where the server is made, each to the constant of package guard with its name: "+strings.Join(fields, ", "))
		return want, nil
	}
	set, lacking := server.Timeouts(fields)
	at := server.Literal()
	lasting := len(f.survey.Streams) > 0
	if lasting {
		lacking = slices.DeleteFunc(lacking, func(n string) bool { return n == "WriteTimeout" })
	}
	switch {
	case len(lacking) == 0 && !asksFor(f.asked, "timeouts"):
		f.notes = append(f.notes, "timeouts is there already: "+at.Place()+": "+strings.Join(set, ", "))
		want.With = slices.DeleteFunc(want.With, func(w string) bool { return w == "timeouts" })
		delete(want.Set, "timeouts")
	case len(set) > 0:
		f.notes = append(f.notes, fmt.Sprintf("timeouts is there in part: %s: %s; missing: %s", at.Place(), strings.Join(set, ", "), strings.Join(lacking, ", ")))
	}
	if lasting && slices.Contains(want.With, "timeouts") {
		s := f.survey.Streams[0]
		f.notes = append(f.notes, fmt.Sprintf("no WriteTimeout: it would cut off answers that last: %s", s))
	}
	return want, nil
}

// splice puts our handler around theirs.
func (f *foreign) splice(theirs *plan.Rendering, sel *component.Selection, server *patch.Server, l *lock.Lock) error {
	r, err := f.survey.Patch(server, patch.Change{Wrap: true, Fields: sel.Server(), Lasting: len(f.survey.Streams) > 0})
	if err != nil {
		return err
	}
	for p, data := range r.Files {
		if _, known := f.ours[p]; !known {
			f.ours[p] = f.files[p]
		}
		f.splices[p] = plan.Splice{Path: p, Owner: guardComponent, New: data}
	}
	l.Patches = append(l.Patches, r.Patches...)
	f.notes = append(f.notes, r.Notes...)
	if r.Helper != nil {
		theirs.Files[path.Join(server.Module.Dir, patch.Package, patch.Helper)] = render.File{Data: r.Helper, Mode: 0o644, Owner: guardComponent, Class: render.Managed}
	}
	return nil
}

// between compares what was written, what is rendered now and what stands there.
func (f *foreign) between(theirs plan.Rendering, l lock.Lock) (*plan.Plan, error) {
	base := plan.Rendering{Spec: f.asked.Sorted(), Files: map[string]render.File{}}
	for p, entry := range f.lock.Files {
		if slices.Contains(f.lock.Components, entry.Owner) {
			base.Files[p] = render.File{Mode: entry.Mode, Owner: entry.Owner, Class: render.Class(entry.Class)}
		}
	}
	if f.use.Top != "" {
		for _, p := range slices.Sorted(maps.Keys(theirs.Files)) {
			if _, had := base.Files[p]; !had && strings.HasPrefix(p, ".github/") {
				return nil, problem.List{{Subject: theirs.Files[p].Owner, Message: "GitHub reads " + path.Dir(p) + " at the top of a repository only, and this is a folder in one", Hint: "--dir " + f.use.Top}}
			}
		}
	}
	paths := []string{spec.Path, lock.Path}
	for _, files := range []map[string]render.File{base.Files, theirs.Files} {
		paths = slices.AppendSeq(paths, maps.Keys(files))
	}
	ours, err := f.repo.Read(paths...)
	if err != nil {
		return nil, err
	}
	if err := f.original(base, ours); err != nil {
		return nil, err
	}
	for p, file := range base.Files { // what starts the server stays while the call stays that a person has changed
		if path.Base(p) == patch.Helper && len(f.kept) > 0 && slices.Contains(theirs.Components, guardComponent) {
			theirs.Files[p] = file
		}
	}
	maps.Copy(ours, f.ours)
	var splices []plan.Splice
	for _, p := range slices.Sorted(maps.Keys(f.splices)) {
		splices = append(splices, f.splices[p])
	}
	c := plan.Change{Base: base, Theirs: theirs, Asked: f.asked, Ours: ours, Lock: l, Markers: f.use.Markers}
	c.Lock.Files = f.lock.Files
	p := plan.Foreign(c, splices)
	for _, s := range p.Steps {
		if m := f.survey.ModuleOf(s.Path); m != nil && strings.HasSuffix(s.Path, ".go") {
			p.Build = m.Dir
		}
	}
	p.Notes = append(f.notes, p.Notes...)
	return p, nil
}

// original fills in what we wrote: what stands there, where nobody edited it, else what can be rendered again. The repository may have become
// another since, with another go line say; what we wrote then is not known any more, and an edit of it can be no more than a conflict.
func (f *foreign) original(base plan.Rendering, ours tree.Tree) error {
	var again plan.Rendering
	for p, file := range base.Files {
		now, there := ours[p]
		switch {
		case !there:
			continue
		case f.lock.AsWritten(p, now.Data):
			file.Data = now.Data
		default:
			if again.Files == nil {
				var err error
				if again, _, err = f.render(f.asked, nil); err != nil {
					return err
				}
			}
			if r, will := again.Files[p]; will && lock.Digest(r.Data) == f.lock.Files[p].SHA256 {
				file.Data = r.Data
			}
		}
		base.Files[p] = file
	}
	return nil
}

func (f *foreign) render(want spec.Spec, server *patch.Server) (plan.Rendering, *component.Selection, error) {
	out := plan.Rendering{Spec: want.Sorted(), Files: map[string]render.File{}}
	if len(all(want)) == 0 {
		out.Spec.Module = ""
		sel, err := f.resolve(want, server)
		return out, sel, err
	}
	sel, err := f.resolve(want, server)
	if err != nil {
		return out, nil, err
	}
	r, err := render.Foreign(f.g.Catalog, sel)
	if err != nil {
		return out, nil, err
	}
	out.Files = r.Files
	out.Spec.Module = sel.Facts.Module
	for _, c := range sel.Components {
		out.Components = append(out.Components, c.Name)
	}
	return out, sel, nil
}

func (f *foreign) resolve(want spec.Spec, server *patch.Server) (*component.Selection, error) {
	facts := f.facts(server)
	if len(want.Deploy) == 0 && want.CI == "" {
		facts.Main, facts.Branch = "", "" // nothing asks for them, and they may have names that no Dockerfile or workflow could bear
	}
	return f.g.Catalog.ResolveForeign(want, facts)
}

// facts are what the repository says about itself: the server's module, else the one that was recorded, else the only one, else the root's.
func (f *foreign) facts(server *patch.Server) component.Facts {
	var m *patch.Module
	for _, each := range f.survey.Modules {
		if m == nil || each.Dir == "." || f.asked.Module != "" && each.Path == f.asked.Module {
			m = each
		}
		if f.asked.Module != "" && each.Path == f.asked.Module {
			break
		}
	}
	if server != nil {
		m = server.Module
	}
	facts := component.Facts{Folder: ".", Name: f.use.Name, Branch: f.use.Branch}
	if m != nil {
		facts.Module, facts.Folder, facts.Go = m.Path, m.Dir, m.Go
		facts.Main = f.survey.Main(m, server)
		facts.Name = m.Name()
		if facts.Main != "" && facts.Main != "." {
			facts.Name = path.Base(facts.Main)
		}
	}
	facts.Name = asName(facts.Name)
	return facts
}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// asName makes the name of a program out of anything.
func asName(s string) string {
	s = strings.Trim(notName.ReplaceAllString(strings.ToLower(s), "-"), "-")
	s = strings.TrimLeft(s, "0123456789-")
	if len(s) > 39 {
		s = strings.TrimRight(s[:39], "-")
	}
	if spec.CheckName(s) != nil {
		return "app"
	}
	return s
}
