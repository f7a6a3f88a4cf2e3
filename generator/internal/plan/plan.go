// Package plan decides what will be done to a project, as a value.
//
// The Plan that is printed is the value that apply executes: nothing is decided twice.
package plan

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// Kind says what a step does to its path.
type Kind string

const (
	Create   Kind = "create"
	Modify   Kind = "modify"
	Delete   Kind = "delete"
	Conflict Kind = "conflict" // a person's bytes and ours cannot both be; New is both with conflict markers, where they can be shown so
)

// Engine owns the files that no component does: go.mod, go.sum, hardwright.yaml and the lock.
const Engine = "hardwright"

// A Step changes one file. The zero Step is not valid.
type Step struct {
	Kind  Kind
	Path  string // slash-separated, relative to the project root
	Owner string // the component that asked for it
	Old   []byte // content the plan was made against; nil if the file is new
	New   []byte // content to leave behind; nil to remove
	Mode  fs.FileMode
	Why   string // of a conflict: one line for a person
}

// A Plan is all that will be done.
type Plan struct {
	Steps  []Step   // sorted by path
	Kept   []string // files of ours that are there already and stay as they are, sorted
	Marked []string // files that get conflict markers, because that was asked for; sorted
	Notes  []string // for the user
	Would  []Step   // what generators would write otherwise now, if they ran again; it is shown, and not done
	Build  string   // folder of the module that is built before this is written; "" if it need not be
	Git    bool     // a last step, outside the laws: git init and one commit
}

// Conflicts lists the steps that cannot be taken. A plan that has any is not applied.
func (p *Plan) Conflicts() []Step {
	var out []Step
	for _, s := range p.Steps {
		if s.Kind == Conflict {
			out = append(out, s)
		}
	}
	return out
}

func (p *Plan) sort() {
	slices.SortFunc(p.Steps, func(a, b Step) int { return strings.Compare(a.Path, b.Path) })
}

// A Source is what a new service is made from.
type Source struct {
	Spec     spec.Spec
	Files    map[string]render.File
	Lock     lock.Lock // Engine, Templates and Components; the files are filled in here
	Existing tree.Tree // what a fresh clone holds already; those files are kept
}

// New plans a new service.
func New(s Source) *Plan {
	files := maps.Clone(s.Files)
	files[spec.Path] = render.File{Data: s.Spec.YAML(), Mode: 0o644, Owner: Engine, Class: render.Managed}
	s.Lock.Files = map[string]lock.File{}
	for p, f := range files {
		s.Lock.Files[p] = lock.File{SHA256: lock.Digest(f.Data), Mode: f.Mode, Owner: f.Owner, Class: string(f.Class)}
	}
	p := &Plan{}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		f := files[path]
		if was, there := s.Existing[path]; there {
			if !bytes.Equal(was.Data, f.Data) {
				p.Kept = append(p.Kept, path)
				if lacks := missing(was.Data, f.Data); path == ".gitignore" && len(lacks) > 0 {
					p.Notes = append(p.Notes, "your .gitignore does not ignore "+strings.Join(lacks, ", ")+": add that before you commit")
				}
				entry := s.Lock.Files[path]
				entry.SHA256, entry.Class = lock.Digest(was.Data), "user"
				s.Lock.Files[path] = entry
			}
			continue
		}
		p.Steps = append(p.Steps, Step{Kind: Create, Path: path, Owner: f.Owner, New: f.Data, Mode: f.Mode})
	}
	p.Steps = append(p.Steps, Step{Kind: Create, Path: lock.Path, Owner: Engine, New: s.Lock.YAML(), Mode: 0o644})
	p.sort()
	return p
}

// missing lists the lines of want that have does not hold. Comments do not count.
func missing(have, want []byte) []string {
	var out []string
	for _, l := range strings.Fields(string(uncommented(want))) {
		if !slices.Contains(strings.Fields(string(have)), l) {
			out = append(out, l)
		}
	}
	return out
}

func uncommented(text []byte) []byte {
	var out []byte
	for line := range bytes.Lines(text) {
		if !bytes.HasPrefix(line, []byte("#")) {
			out = append(out, line...)
		}
	}
	return out
}
