// Package apply carries out a Plan. It is the only package that writes to disk.
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

// ErrTarget means that the target folder cannot be written to as it is.
var ErrTarget = errors.New("target is not empty")

// New writes a new project into dir: everything into a sibling folder, then one rename.
// Killed at any moment, dir is absent or complete.
func New(ctx context.Context, dir string, p *plan.Plan) error {
	parent, base := filepath.Split(filepath.Clean(dir))
	if parent == "" {
		parent = "."
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("create %s: %w", parent, err)
	}
	root, err := os.OpenRoot(parent)
	if err != nil {
		return fmt.Errorf("open %s: %w", parent, err)
	}
	defer root.Close()
	if err := sweep(root, base); err != nil {
		return err
	}
	staging := fmt.Sprintf(".%s.hardwright-%s", base, strings.ToLower(rand.Text()[:8]))
	if err := root.Mkdir(staging, 0o755); err != nil {
		return fmt.Errorf("create staging folder: %w", err)
	}
	if err := stage(ctx, root, staging, p); err != nil {
		return errors.Join(err, root.RemoveAll(staging))
	}
	if err := root.Rename(staging, base); err != nil {
		return errors.Join(fmt.Errorf("commit %s: %w", dir, err), root.RemoveAll(staging))
	}
	return nil
}

// stage writes every step below the staging folder.
func stage(ctx context.Context, parent *os.Root, staging string, p *plan.Plan) error {
	root, err := parent.OpenRoot(staging)
	if err != nil {
		return fmt.Errorf("open staging folder: %w", err)
	}
	defer root.Close()
	made := map[string]bool{".": true}
	for _, s := range p.Steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if folder := path.Dir(s.Path); !made[folder] {
			if err := root.MkdirAll(folder, 0o755); err != nil {
				return fmt.Errorf("create %s: %w", folder, err)
			}
			made[folder] = true
		}
		if err := write(root, s.Path, s.New, s.Mode); err != nil {
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

// sweep removes what a killed run left beside base.
func sweep(root *os.Root, base string) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	prefix := "." + base + ".hardwright-"
	for _, n := range names {
		if strings.HasPrefix(n, prefix) {
			if err := root.RemoveAll(n); err != nil {
				return fmt.Errorf("remove what an earlier run left: %w", err)
			}
		}
	}
	return nil
}
