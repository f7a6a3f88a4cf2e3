package apply

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

// flush makes the rename durable: one sync at the end, not one per file.
func flush(root *os.Root) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be synced there
	}
	dir, err := root.Open(".")
	if err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	// Some file systems refuse to sync a folder; the files are written all the same.
	_ = dir.Sync()
	if err := dir.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("sync: %w", err)
	}
	return nil
}
