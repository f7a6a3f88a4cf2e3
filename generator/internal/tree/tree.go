// Package tree holds files as values.
package tree

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"
)

// A File is what stands at one path.
type File struct {
	Data []byte
	Mode fs.FileMode // permission bits only
}

// A Tree maps slash-separated paths, relative to a root, to files. Folders are implied.
type Tree map[string]File

// Paths lists the tree's paths, sorted.
func (t Tree) Paths() []string { return slices.Sorted(maps.Keys(t)) }

// Equal reports whether both trees hold the same files with the same bytes and modes.
func (t Tree) Equal(o Tree) bool {
	return maps.EqualFunc(t, o, func(a, b File) bool {
		return a.Mode == b.Mode && bytes.Equal(a.Data, b.Data)
	})
}
