package jwks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"example.com/app/internal/problem"
)

// maxSet bounds a set in bytes: two or three keys take some kilobytes, with certificates some more.
const maxSet = 256 << 10

// A File is the keys in a file. It is read again when it was replaced or changed, so that a key that was taken out is refused
// at once. While there is no file there are no keys.
type File struct {
	path       string
	algorithms []string

	mu   sync.RWMutex
	seen fs.FileInfo // of what set was read from
	set  Set
}

// OpenFile reads the keys in the file at path.
func OpenFile(path string, algorithms []string) (*File, error) {
	f := &File{path: path, algorithms: algorithms}
	if _, err := f.current(); err != nil {
		return nil, err
	}
	return f, nil
}

// Find returns the key with an id, ErrUnknown, or a 503 if the file cannot be read: the keys before may hold one that was taken out.
func (f *File) Find(_ context.Context, id string) (Key, error) {
	set, err := f.current()
	if err != nil {
		return Key{}, err
	}
	k, ok := set.Find(id)
	if !ok {
		return Key{}, ErrUnknown
	}
	return k, nil
}

func (f *File) current() (Set, error) {
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return Set{}, nil
	}
	if err != nil {
		return Set{}, unavailable(err)
	}
	f.mu.RLock()
	seen, set := f.seen, f.set
	f.mu.RUnlock()
	if seen != nil && os.SameFile(seen, info) && seen.ModTime().Equal(info.ModTime()) && seen.Size() == info.Size() {
		return set, nil
	}
	set, err = ReadFile(f.path, f.algorithms)
	if err != nil {
		return Set{}, unavailable(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen, f.set = info, set // info is from before reading: a change in between is seen the next time
	return set, nil
}

// ReadFile reads the set in the file at path, which has no keys if it is not there.
func ReadFile(path string, algorithms []string) (Set, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		return Set{}, nil
	}
	if err != nil {
		return Set{}, err
	}
	defer file.Close()
	return read(file, algorithms)
}

func read(r io.Reader, algorithms []string) (Set, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxSet+1))
	if err != nil {
		return Set{}, err
	}
	if len(b) > maxSet {
		return Set{}, fmt.Errorf("larger than %d bytes", maxSet)
	}
	return Parse(b, algorithms)
}

// unavailable makes err a 503; a path in it is for the log only.
func unavailable(err error) error {
	return fmt.Errorf("read the issuer's keys: %w", errors.Join(problem.Unavailable, err))
}
