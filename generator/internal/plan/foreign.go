package plan

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// A Splice is what becomes of a file that a person wrote and that holds a few words of ours.
type Splice struct {
	Path  string
	Owner string
	New   []byte
	Why   string // why it cannot be done; "" if it can
}

// Foreign plans a change of a repository that hardwright did not write. Our own files go as in Between; splices change theirs. With nothing
// left of us, hardwright.yaml and the lock go too.
func Foreign(c Change, splices []Splice) *Plan {
	p := &Plan{}
	paths := map[string]bool{}
	for _, files := range []map[string]render.File{c.Base.Files, c.Theirs.Files} {
		for path := range files {
			paths[path] = true
		}
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		c.file(p, path)
	}
	for _, s := range splices {
		ours := c.Ours[s.Path]
		switch {
		case s.Why != "":
			p.Steps = append(p.Steps, Step{Kind: Conflict, Path: s.Path, Owner: s.Owner, Old: ours.Data, Mode: ours.Mode, Why: s.Why})
		case !bytes.Equal(ours.Data, s.New):
			p.Steps = append(p.Steps, Step{Kind: Modify, Path: s.Path, Owner: s.Owner, Old: ours.Data, New: s.New, Mode: ours.Mode})
		}
	}
	c.foreignAnswers(p)
	p.sort()
	return p
}

// foreignAnswers writes hardwright.yaml and the lock, or removes them with the last of us. A lock that pins packs, or knows what was
// generated, stays.
func (c *Change) foreignAnswers(p *Plan) {
	was, is := c.Base.Spec, c.Theirs.Spec
	changed := !bytes.Equal(was.YAML(), is.YAML())
	yaml, there := c.Ours[spec.Path]
	if !asks(is) && (!there || bytes.Equal(bytes.ReplaceAll(yaml.Data, []byte("\r\n"), []byte("\n")), ForeignYAML(c.Asked))) {
		gone := []string{spec.Path, lock.Path}
		if len(c.Lock.Packs)+len(c.Lock.Generated) > 0 {
			gone = gone[:1]
			c.foreignLock(p, false)
		}
		for _, path := range gone {
			if f, there := c.Ours[path]; there {
				p.Steps = append(p.Steps, Step{Kind: Delete, Path: path, Owner: Engine, Old: f.Data, Mode: f.Mode})
			}
		}
		return
	}
	switch {
	case !there:
		p.Steps = append(p.Steps, Step{Kind: Create, Path: spec.Path, Owner: Engine, New: ForeignYAML(is), Mode: 0o644})
	case bytes.Equal(yaml.Data, ForeignYAML(c.Asked)):
		c.modify(p, spec.Path, Engine, ForeignYAML(is), yaml.Mode)
	case changed:
		text, err := spec.Splice(yaml.Data, c.Asked, is)
		if err != nil {
			p.Steps = append(p.Steps, Step{Kind: Conflict, Path: spec.Path, Owner: Engine, Old: yaml.Data, Mode: yaml.Mode,
				Why: fmt.Sprintf("%v; change it by hand to say what follows, and run this again:\n%s", err, ForeignYAML(is))})
		} else {
			c.modify(p, spec.Path, Engine, text, yaml.Mode)
		}
	}
	c.foreignLock(p, true)
}

// foreignLock writes the lock; answers says whether there is a hardwright.yaml beside it.
func (c *Change) foreignLock(p *Plan, answers bool) {
	entries := map[string]lock.File{}
	for path, f := range c.Lock.Files {
		_, had := c.Base.Files[path]
		if _, will := c.Theirs.Files[path]; !had && !will {
			entries[path] = f
		}
	}
	for path, f := range c.Theirs.Files {
		entries[path] = lock.File{SHA256: lock.Digest(f.Data), Mode: f.Mode, Owner: f.Owner, Class: string(f.Class)}
	}
	delete(entries, spec.Path)
	if answers {
		entries[spec.Path] = lock.File{SHA256: lock.Digest(ForeignYAML(c.Theirs.Spec)), Mode: 0o644, Owner: Engine, Class: string(render.Managed)}
	}
	l := c.Lock
	l.Foreign, l.Components, l.Files = true, c.Theirs.Components, entries
	if f, there := c.Ours[lock.Path]; there {
		c.modify(p, lock.Path, Engine, withEndings(f.Data, l.YAML()), f.Mode)
		return
	}
	p.Steps = append(p.Steps, Step{Kind: Create, Path: lock.Path, Owner: Engine, New: l.YAML(), Mode: 0o644})
}

// asks reports whether s asks for anything.
func asks(s spec.Spec) bool {
	return len(s.With)+len(s.Deploy) > 0 || s.CI != "" && s.CI != spec.None
}

// foreignHead is what a hardwright.yaml says of itself where there is no service to make again from it.
const foreignHead = "# What hardwright brought into this repository. hardwright add and hardwright remove change it.\n"

// ForeignYAML writes s as hardwright.yaml of a repository that hardwright did not write.
func ForeignYAML(s spec.Spec) []byte {
	s.Name = ""
	text := string(s.YAML())
	_, rest, _ := strings.Cut(text, "\n")
	return []byte(foreignHead + rest)
}
