// Package lock records what was written, so that an edit can be told from an original.
//
// A lock holds no secret, no date and no machine's path.
package lock

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// Path is where the lock stands in a project.
const Path = "hardwright.lock"

// A Lock says which templates wrote which bytes.
type Lock struct {
	Engine     string // version of the program
	Templates  string // digest of the template set
	Foreign    bool   // the repository was there before us
	Components []string
	Packs      []Pack  // sorted by path
	Raised     []Raise // sorted by module
	Patches    []Patch // sorted by file
	Generated  []Run   // sorted by name
	Files      map[string]File
}

// A File is one written file.
type File struct {
	SHA256 string // over LF-normalised text
	Mode   fs.FileMode
	Owner  string
	Class  string // managed, seeded, user, deleted
}

// User is the class of files that were there before us, and of no others: they are never ours to change.
const User = "user"

// Deleted is the class of files that a person had deleted when their component went: they stay so if it comes again.
const Deleted = "deleted"

// Digest is the SHA-256 of data with line endings as LF, so that a checkout on another system is not an edit.
func Digest(data []byte) string {
	if bytes.Contains(data, []byte("\r\n")) {
		data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// AsWritten reports whether data is what the lock says that we wrote at that path.
func (l Lock) AsWritten(path string, data []byte) bool {
	f, known := l.Files[path]
	return known && f.Class != User && f.SHA256 == Digest(data)
}

// YAML writes l, sorted, a line a file.
func (l Lock) YAML() []byte {
	var b bytes.Buffer
	b.WriteString("# Written by hardwright, to tell your edits from what it wrote. Commit it; do not edit it.\nversion: 1\n")
	fmt.Fprintf(&b, "engine: %q\ntemplates: %q\n", l.Engine, l.Templates)
	if l.Foreign {
		b.WriteString("foreign: true\n")
	}
	b.WriteString("components:\n")
	for _, c := range slices.Sorted(slices.Values(l.Components)) {
		fmt.Fprintf(&b, "  - %s\n", c)
	}
	l.packs(&b)
	l.raised(&b)
	l.patches(&b)
	l.generated(&b)
	b.WriteString("files:\n")
	for _, p := range slices.Sorted(maps.Keys(l.Files)) {
		f := l.Files[p]
		fmt.Fprintf(&b, "  %q: {sha256: %s, mode: \"%04o\", owner: %s, class: %s}\n", p, f.SHA256, f.Mode.Perm(), owner(f.Owner), f.Class)
	}
	return b.Bytes()
}

// plainOwner is a component's name; what generators write has more words.
var plainOwner = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func owner(s string) string {
	if plainOwner.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}
