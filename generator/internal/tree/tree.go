// Package tree holds files as values.
package tree

import "io/fs"

// A File is what stands at one path.
type File struct {
	Data []byte
	Mode fs.FileMode // permission bits only
}

// A Tree maps slash-separated paths, relative to a root, to files. Folders are implied.
type Tree map[string]File
