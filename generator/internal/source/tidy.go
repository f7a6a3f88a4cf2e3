package source

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hardwright/hardwright/generator/internal/tree"
)

// HasGo reports whether there is a go command.
func HasGo() bool {
	_, err := exec.LookPath("go")
	return err == nil
}

// Tidy runs go mod tidy on a copy of a module and returns its go.mod and go.sum; nil where there is none. Files is the module's Go
// code with go.mod and go.sum. The go command may reach the network, as the user has it set up; nothing of the module is run.
func Tidy(ctx context.Context, files tree.Tree) (mod, sum []byte, err error) {
	work, err := os.MkdirTemp("", "hardwright-tidy-")
	if err != nil {
		return nil, nil, fmt.Errorf("create a folder for go mod tidy: %w", err)
	}
	defer os.RemoveAll(work)
	root, err := os.OpenRoot(work)
	if err != nil {
		return nil, nil, fmt.Errorf("create a folder for go mod tidy: %w", err)
	}
	defer root.Close()
	for p, f := range files {
		if dir := filepath.Dir(p); dir != "." {
			if err := root.MkdirAll(dir, 0o700); err != nil {
				return nil, nil, fmt.Errorf("copy %s: %w", p, err)
			}
		}
		if err := root.WriteFile(p, f.Data, 0o600); err != nil {
			return nil, nil, fmt.Errorf("copy %s: %w", p, err)
		}
	}
	g, err := findGo(work)
	if err != nil {
		return nil, nil, err
	}
	if _, errs, err := g.run(ctx, "mod", "tidy"); err != nil {
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return nil, nil, fmt.Errorf("go mod tidy: %s", said(errs, err))
	}
	if mod, err = root.ReadFile("go.mod"); err != nil {
		return nil, nil, fmt.Errorf("read go.mod: %w", err)
	}
	if sum, err = root.ReadFile("go.sum"); err != nil && !os.IsNotExist(err) {
		return nil, nil, fmt.Errorf("read go.sum: %w", err)
	}
	return mod, sum, nil
}
