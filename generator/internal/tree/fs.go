package tree

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// FS shows t as a read-only file system.
func (t Tree) FS() fs.FS {
	f := files{at: map[string]*node{".": {name: ".", mode: fs.ModeDir | 0o755}}}
	for p, file := range t {
		f.add(p, &node{name: path.Base(p), data: file.Data, mode: file.Mode.Perm()})
	}
	for _, n := range f.at {
		slices.SortFunc(n.in, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return f
}

type files struct{ at map[string]*node }

// add puts n and the folders above it in place.
func (f files) add(p string, n *node) {
	f.at[p] = n
	for dir := path.Dir(p); ; dir = path.Dir(dir) {
		above, there := f.at[dir]
		if !there {
			above = &node{name: path.Base(dir), mode: fs.ModeDir | 0o755}
			f.at[dir] = above
		}
		above.in = append(above.in, n)
		if there || dir == "." {
			return
		}
		n = above
	}
}

// A node is a file or a folder, and its own fs.FileInfo and fs.DirEntry.
type node struct {
	name string
	data []byte
	mode fs.FileMode
	in   []fs.DirEntry // of a folder, sorted
}

func (n *node) Name() string               { return n.name }
func (n *node) Size() int64                { return int64(len(n.data)) }
func (n *node) Mode() fs.FileMode          { return n.mode }
func (n *node) Type() fs.FileMode          { return n.mode.Type() }
func (n *node) ModTime() time.Time         { return time.Time{} }
func (n *node) IsDir() bool                { return n.mode.IsDir() }
func (n *node) Sys() any                   { return nil }
func (n *node) Info() (fs.FileInfo, error) { return n, nil }

func (f files) find(op, name string) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	n, ok := f.at[name]
	if !ok {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return n, nil
}

// Open opens a file or a folder.
func (f files) Open(name string) (fs.File, error) {
	n, err := f.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.IsDir() {
		return &folder{node: n}, nil
	}
	return &file{n, bytes.NewReader(n.data)}, nil
}

// ReadFile returns a copy of a file's bytes.
func (f files) ReadFile(name string) ([]byte, error) {
	n, err := f.find("read", name)
	if err != nil {
		return nil, err
	}
	if n.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return bytes.Clone(n.data), nil
}

// ReadDir lists a folder, sorted.
func (f files) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := f.find("read", name)
	if err != nil {
		return nil, err
	}
	if !n.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	return slices.Clone(n.in), nil
}

type file struct {
	*node
	*bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *file) Size() int64                { return f.node.Size() }
func (f *file) Close() error               { return nil }

type folder struct {
	*node
	read int
}

func (f *folder) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *folder) Close() error               { return nil }
func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: fs.ErrInvalid}
}

func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := f.in[f.read:]
	if n > 0 {
		if len(rest) == 0 {
			return nil, io.EOF
		}
		rest = rest[:min(n, len(rest))]
	}
	f.read += len(rest)
	return slices.Clone(rest), nil
}
