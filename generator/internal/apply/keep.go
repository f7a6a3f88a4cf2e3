package apply

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// Keep puts files into a folder of a cache: all of them, or none. What stood there is replaced; it is a cache.
func Keep(ctx context.Context, dir string, files tree.Tree) error {
	if err := os.RemoveAll(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("empty %s: %w", dir, err)
	}
	p := &plan.Plan{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		p.Steps = append(p.Steps, plan.Step{Kind: plan.Create, Path: name, New: files[name].Data, Mode: files[name].Mode})
	}
	_, err := New(ctx, &Target{Dir: dir}, p)
	return err
}
