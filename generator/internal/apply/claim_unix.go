//go:build unix

package apply

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// claim takes a lock on a staging folder that ends with the process, however it ends, so that a folder that a
// killed run left can be told from one that is being written.
func claim(root *os.Root, staging string) (release func(), err error) {
	f, err := root.Open(staging)
	if err != nil {
		return nil, fmt.Errorf("claim staging folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errClaimed
		}
		return func() {}, nil // a file system without locks
	}
	return func() { f.Close() }, nil
}
