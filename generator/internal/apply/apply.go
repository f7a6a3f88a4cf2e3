// Package apply carries out a Plan. It is the only package that writes to disk, and the only one that runs git.
//
// Everything is written below a sibling of the target first. Every path is resolved by os.Root, so that no
// name and no link leads outside.
package apply

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/plan"
)

// New writes a new project into the target. Killed at any moment, the target is absent or complete; a fresh
// clone is as it was, or complete, once the next run has looked at it. The notes are for the user.
func New(ctx context.Context, t *Target, p *plan.Plan) (notes []string, err error) {
	parent, base := filepath.Split(filepath.Clean(t.Dir))
	if base == "." || base == ".." {
		abs, err := filepath.Abs(t.Dir)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", t.Dir, err)
		}
		parent, base = filepath.Split(abs)
	}
	if parent == "" {
		parent = "."
	}
	made, err := makeParents(parent)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeParents(made))
		}
	}()
	root, err := os.OpenRoot(parent)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", parent, err)
	}
	defer root.Close()
	if err := sweep(root, base); err != nil {
		return nil, err
	}
	staging := fmt.Sprintf(".%s.hardwright-%s", base, strings.ToLower(rand.Text()[:8]))
	if err := root.Mkdir(staging, 0o755); err != nil {
		return nil, fmt.Errorf("create staging folder: %w", err)
	}
	release, err := claim(root, staging)
	if err != nil {
		return nil, errors.Join(err, root.RemoveAll(staging))
	}
	defer release()
	defer func() {
		if err != nil || t.Fill {
			err = errors.Join(err, root.RemoveAll(staging))
		}
	}()
	if err := stage(ctx, root, staging, p.Steps); err != nil {
		return nil, err
	}
	if p.Git && !t.Fill {
		note, err := commit(ctx, filepath.Join(parent, staging))
		if err != nil {
			return nil, err
		}
		notes = append(notes, note...)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t.Fill {
		if len(t.undo) > 0 {
			notes = append(notes, "an earlier run was interrupted here: what it wrote was taken back")
		}
		if err := fill(root, base, staging, p.Steps); err != nil {
			return nil, err
		}
		if p.Git {
			note, err := commit(ctx, t.Dir)
			if err != nil {
				return nil, err
			}
			notes = append(notes, note...)
		}
	} else if err := root.Rename(staging, base); err != nil {
		return nil, fmt.Errorf("commit %s: %w", t.Dir, err)
	}
	return notes, flush(root)
}

// stage writes every step below the staging folder.
func stage(ctx context.Context, parent *os.Root, staging string, steps []plan.Step) error {
	root, err := parent.OpenRoot(staging)
	if err != nil {
		return fmt.Errorf("open staging folder: %w", err)
	}
	defer root.Close()
	folder, at := ".", root // steps are sorted: one folder at a time
	defer func() {
		if at != root {
			at.Close()
		}
	}()
	for _, s := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if dir := path.Dir(s.Path); dir != folder {
			if at != root {
				at.Close()
			}
			folder, at = dir, root
			if dir != "." {
				if err := root.MkdirAll(dir, 0o755); err != nil {
					return fmt.Errorf("create %s: %w", dir, err)
				}
				sub, err := root.OpenRoot(dir)
				if err != nil {
					return fmt.Errorf("open %s: %w", dir, err)
				}
				at = sub
			}
		}
		if err := write(at, path.Base(s.Path), s.New, s.Mode); err != nil {
			return fmt.Errorf("write %s: %w", s.Path, err)
		}
	}
	return nil
}

func write(root *os.Root, name string, data []byte, mode fs.FileMode) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// fill moves what was staged into a fresh clone, under a journal. Nothing that is there is replaced.
func fill(root *os.Root, base, staging string, steps []plan.Step) (err error) {
	target, err := root.OpenRoot(base)
	if err != nil {
		return fmt.Errorf("open target: %w", err)
	}
	defer target.Close()
	if err := undo(target); err != nil {
		return err
	}
	if err := writeJournal(target, steps); err != nil {
		return err
	}
	for _, s := range steps {
		if err = move(root, target, base, staging, s.Path); err != nil {
			return errors.Join(fmt.Errorf("commit %s: %w", s.Path, err), undo(target))
		}
	}
	if err := target.Remove(journalName); err != nil {
		return fmt.Errorf("remove journal: %w", err)
	}
	return nil
}

func move(root, target *os.Root, base, staging, p string) error {
	if dir := path.Dir(p); dir != "." {
		if err := target.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if _, err := target.Lstat(p); err == nil {
		return fs.ErrExist // it came while we were writing; rename would replace it
	}
	return root.Rename(path.Join(staging, p), path.Join(base, p))
}

// sweep removes what a killed run left beside base. A run that is still going on is left alone.
func sweep(root *os.Root, base string) error {
	names, err := readNames(root)
	if err != nil {
		return fmt.Errorf("look beside the target: %w", err)
	}
	for _, n := range names {
		if !strings.HasPrefix(n, "."+base+".hardwright-") {
			continue
		}
		release, err := claim(root, n)
		if errors.Is(err, errClaimed) {
			return fmt.Errorf("another hardwright is writing %s", base)
		}
		if err == nil {
			release()
		}
		if err := root.RemoveAll(n); err != nil {
			return fmt.Errorf("remove what an earlier run left: %w", err)
		}
	}
	return nil
}

// errClaimed means that a living process holds the staging folder.
var errClaimed = errors.New("claimed")

// makeParents creates the folders above a target, and lists those that were missing, outermost first.
func makeParents(dir string) ([]string, error) {
	var missing []string
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			break
		}
		missing = append([]string{d}, missing...)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, errors.Join(fmt.Errorf("create %s: %w", dir, err), removeParents(missing))
	}
	return missing, nil
}

// removeParents takes makeParents back.
func removeParents(made []string) error {
	var errs []error
	for i := len(made) - 1; i >= 0; i-- {
		if err := os.Remove(made[i]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
