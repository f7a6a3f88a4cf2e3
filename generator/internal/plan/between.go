package plan

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/merge"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// A Rendering is what one Spec gives.
type Rendering struct {
	Spec       spec.Spec
	Components []string
	Files      map[string]render.File
}

// A Change leads a repository that we wrote, and that a person may have edited since, from one Spec to another.
type Change struct {
	Base, Theirs Rendering
	Asked        spec.Spec // as hardwright.yaml in the repository has it
	Ours         tree.Tree // what stands at the paths of both, hardwright.yaml and the lock
	Lock         lock.Lock // as it stands in the repository
	Modules      Modules
	Markers      bool // show conflicts in the files, as git does
}

// Modules are go.mod and go.sum as they are to be. They are computed from what they are, and never merged as text.
type Modules struct {
	Mod, Sum []byte
	Why      string       // why they cannot be computed, or empty
	Raised   []lock.Raise // versions of a person's that are raised now
}

// Between plans a change. A file that is still as we wrote it is replaced; one that a person edited is merged; one that a person deleted
// stays deleted; one that was a person's before us is left alone. What cannot be merged is a conflict.
func Between(c Change) *Plan {
	p := &Plan{}
	paths := map[string]bool{}
	for _, files := range []map[string]render.File{c.Base.Files, c.Theirs.Files} {
		for path := range files {
			paths[path] = true
		}
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		switch path {
		case "go.mod":
			c.modules(p, path, c.Modules.Mod)
		case "go.sum":
			c.modules(p, path, c.Modules.Sum)
		default:
			c.file(p, path)
		}
	}
	c.answers(p)
	if len(p.Steps) > 0 {
		c.lock(p)
	}
	p.sort()
	return p
}

// file decides what becomes of one path.
func (c *Change) file(p *Plan, path string) {
	base, had := c.Base.Files[path]
	theirs, will := c.Theirs.Files[path]
	ours, there := c.Ours[path]
	same := had && will && bytes.Equal(base.Data, theirs.Data) && base.Mode == theirs.Mode
	asWritten := had && there && lock.Digest(ours.Data) == lock.Digest(base.Data)
	switch {
	case same:
	case c.Lock.Files[path].Class == lock.User:
		p.Notes = append(p.Notes, path+" was yours before: it is left as it is")
	case had && !there:
		if will {
			p.Notes = append(p.Notes, path+" was deleted and stays deleted")
		}
	case !there && c.Lock.Files[path].Class == lock.Deleted:
		p.Notes = append(p.Notes, path+" was deleted, and stays so")
	case !there:
		p.Steps = append(p.Steps, Step{Kind: Create, Path: path, Owner: theirs.Owner, New: theirs.Data, Mode: theirs.Mode})
	case !had:
		if lock.Digest(ours.Data) == lock.Digest(theirs.Data) {
			return
		}
		c.merge(p, path, render.File{Mode: ours.Mode}, theirs, "it already exists and differs from what "+theirs.Owner+" would write")
	case !will && asWritten:
		p.Steps = append(p.Steps, Step{Kind: Delete, Path: path, Owner: base.Owner, Old: ours.Data, Mode: ours.Mode})
	case !will && (base.Class == render.Seeded || c.Markers):
		p.Notes = append(p.Notes, path+" was edited and stays")
	case !will:
		p.Steps = append(p.Steps, Step{Kind: Conflict, Path: path, Owner: base.Owner, Old: ours.Data, Mode: ours.Mode,
			Why: "it was edited, and would go with " + base.Owner + "; move what you wrote elsewhere, or delete the file"})
	case asWritten:
		c.modify(p, path, theirs.Owner, withEndings(ours.Data, theirs.Data), c.mode(path))
	default:
		c.merge(p, path, base, theirs, "")
	}
}

// merge joins what a person and we changed in one file.
func (c *Change) merge(p *Plan, path string, base, theirs render.File, why string) {
	ours := c.Ours[path]
	m := merge.File(path, base.Data, ours.Data, theirs.Data)
	switch {
	case m.Clean():
		c.modify(p, path, theirs.Owner, m.Text(), c.mode(path))
		return
	case theirs.Class == render.Seeded:
		p.Notes = append(p.Notes, path+" is edited where "+theirs.Owner+" would change it: it is left as it is")
		return
	}
	if why == "" {
		why = "you and " + theirs.Owner + " changed the same lines: " + places(m.Conflicts)
	}
	marked := m.Marked("yours", "hardwright")
	switch binary := bytes.IndexByte(ours.Data, 0) >= 0; {
	case binary:
		p.Steps = append(p.Steps, Step{Kind: Conflict, Path: path, Owner: theirs.Owner, Old: ours.Data, Mode: ours.Mode, Why: why})
	case c.Markers:
		p.Marked = append(p.Marked, path)
		c.modify(p, path, theirs.Owner, marked, c.mode(path))
	default:
		p.Steps = append(p.Steps, Step{Kind: Conflict, Path: path, Owner: theirs.Owner, Old: ours.Data, New: marked, Mode: ours.Mode, Why: why})
	}
}

func places(all []merge.Conflict) string {
	var lines []string
	for _, c := range all {
		lines = append(lines, strconv.Itoa(c.Line))
	}
	if len(lines) == 1 {
		return "line " + lines[0]
	}
	return "lines " + strings.Join(lines, ", ")
}

func (c *Change) modify(p *Plan, path, owner string, data []byte, mode fs.FileMode) {
	ours := c.Ours[path]
	if bytes.Equal(ours.Data, data) && ours.Mode == mode {
		return
	}
	p.Steps = append(p.Steps, Step{Kind: Modify, Path: path, Owner: owner, Old: ours.Data, New: data, Mode: mode})
}

// mode is ours, unless a person never touched it.
func (c *Change) mode(path string) fs.FileMode {
	ours := c.Ours[path].Mode
	if base, had := c.Base.Files[path]; had && base.Mode == ours {
		return c.Theirs.Files[path].Mode
	}
	return ours
}

// withEndings gives data the line endings of like.
func withEndings(like, data []byte) []byte {
	if n := bytes.Count(like, []byte("\n")); n > 0 && n == bytes.Count(like, []byte("\r\n")) {
		return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	}
	return data
}

func (c *Change) modules(p *Plan, path string, want []byte) {
	ours, there := c.Ours[path]
	switch {
	case c.Modules.Why != "":
		if path == "go.mod" {
			p.Steps = append(p.Steps, Step{Kind: Conflict, Path: path, Owner: Engine, Old: ours.Data, Mode: ours.Mode, Why: c.Modules.Why})
		}
	case !there && want != nil:
		p.Steps = append(p.Steps, Step{Kind: Create, Path: path, Owner: Engine, New: want, Mode: 0o644})
	case there && want == nil:
		p.Steps = append(p.Steps, Step{Kind: Delete, Path: path, Owner: Engine, Old: ours.Data, Mode: ours.Mode})
	case there:
		c.modify(p, path, Engine, want, ours.Mode)
	}
}

// answers writes the new Spec into hardwright.yaml.
func (c *Change) answers(p *Plan) {
	if bytes.Equal(c.Base.Spec.YAML(), c.Theirs.Spec.YAML()) {
		return
	}
	ours := c.Ours[spec.Path]
	text, err := spec.Splice(ours.Data, c.Asked, c.Theirs.Spec)
	if err != nil {
		p.Steps = append(p.Steps, Step{Kind: Conflict, Path: spec.Path, Owner: Engine, Old: ours.Data, Mode: ours.Mode,
			Why: fmt.Sprintf("%v; change it by hand to say what follows, and run this again:\n%s", err, c.Theirs.Spec.YAML())})
		return
	}
	c.modify(p, spec.Path, Engine, text, ours.Mode)
}

// lock writes what is there now. Files that no component wrote, such as those of generators, keep their entries.
func (c *Change) lock(p *Plan) {
	is := c.Lock
	is.Components = c.Theirs.Components
	is.Raised = c.Modules.Raised
	is.Files = map[string]lock.File{}
	for path, f := range c.Lock.Files {
		_, had := c.Base.Files[path]
		_, will := c.Theirs.Files[path]
		_, there := c.Ours[path]
		if had && !will && !there && f.Class != lock.User { // it may come again
			f.Class, had = lock.Deleted, false
		}
		if !had && !will {
			is.Files[path] = f
		}
	}
	for path, f := range c.Theirs.Files {
		is.Files[path] = lock.File{SHA256: lock.Digest(f.Data), Mode: f.Mode, Owner: f.Owner, Class: string(f.Class)}
	}
	is.Files[spec.Path] = lock.File{SHA256: lock.Digest(c.Theirs.Spec.YAML()), Mode: 0o644, Owner: Engine, Class: string(render.Managed)}
	for path, f := range c.Lock.Files {
		if f.Class == lock.User {
			is.Files[path] = f
		}
	}
	c.modify(p, lock.Path, Engine, withEndings(c.Ours[lock.Path].Data, is.YAML()), c.Ours[lock.Path].Mode)
}
