package plan

import (
	"bytes"
	"maps"
	"slices"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// A Repin leads a repository from one version of a pack to another, or to its first.
type Repin struct {
	Owner   string    // what the report calls the pack
	Was, Is tree.Tree // the pack's files, by their paths in the repository; none for a pack in the user's cache
	Ours    tree.Tree // what stands at those paths and anywhere else below the pack's folders, and the lock
	Lock    lock.Lock // as it is to be
}

// Pin plans a Repin. A pack is used as it was pinned or not at all, so that nothing is merged: what a person changed in its folder is a
// conflict.
func Pin(r Repin) *Plan {
	p := &Plan{}
	paths := map[string]bool{}
	for _, t := range []tree.Tree{r.Was, r.Is, r.Ours} {
		for path := range t {
			paths[path] = path != lock.Path
		}
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if !paths[path] {
			continue
		}
		ours, there := r.Ours[path]
		was, had := r.Was[path]
		is, will := r.Is[path]
		asWritten := had && there && lock.Digest(was.Data) == lock.Digest(ours.Data)
		step := Step{Path: path, Owner: r.Owner, Old: ours.Data, New: is.Data, Mode: 0o644}
		switch {
		case there && will && bytes.Equal(ours.Data, is.Data), !there && !will:
			continue
		case !there:
			step.Kind = Create
		case !asWritten:
			step.Kind, step.New, step.Why = Conflict, nil, "it is not what the pack holds there; delete it, or move it elsewhere"
		case will:
			step.Kind = Modify
		default:
			step.Kind = Delete
		}
		p.Steps = append(p.Steps, step)
	}
	old, there := r.Ours[lock.Path]
	step := Step{Kind: Create, Path: lock.Path, Owner: Engine, New: withEndings(old.Data, r.Lock.YAML()), Mode: 0o644}
	if there {
		step.Kind, step.Old, step.Mode = Modify, old.Data, old.Mode
	}
	if r.Lock.Empty() {
		step.Kind, step.New = Delete, nil
	}
	if there != (step.New != nil) || !bytes.Equal(step.Old, step.New) {
		p.Steps = append(p.Steps, step)
	}
	p.sort()
	return p
}

// And is p and q as one plan. Where both change a file, it is q's change.
func (p *Plan) And(q *Plan) *Plan {
	out := &Plan{Steps: slices.Clone(q.Steps), Kept: slices.Concat(p.Kept, q.Kept), Marked: slices.Concat(p.Marked, q.Marked), Notes: slices.Concat(p.Notes, q.Notes), Would: slices.Concat(p.Would, q.Would), Git: p.Git || q.Git}
	for _, s := range p.Steps {
		if !slices.ContainsFunc(q.Steps, func(t Step) bool { return t.Path == s.Path }) {
			out.Steps = append(out.Steps, s)
		}
	}
	out.sort()
	return out
}
