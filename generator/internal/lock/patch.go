package lock

import (
	"bytes"
	"fmt"
)

// A Patch is what was changed in a file that a person wrote.
type Patch struct {
	File   string
	Guard  string // import path of our package, which the file uses since
	Before string // digest of the file as it was
	After  string // digest of the file as we left it
	Edits  []Edit // in the order of their offsets, none overlapping another
}

// An Edit replaced Old by New. Offsets count bytes of the file as it was; in a file whose every line ends in CR LF, bytes of its LF form.
type Edit struct {
	Offset int
	Old    string
	New    string
}

func (l Lock) patches(b *bytes.Buffer) {
	if len(l.Patches) == 0 {
		return
	}
	b.WriteString("patches:\n")
	for _, p := range l.Patches {
		fmt.Fprintf(b, "  - file: %q\n    guard: %q\n    before: %s\n    after: %s\n    edits:\n", p.File, p.Guard, p.Before, p.After)
		for _, e := range p.Edits {
			fmt.Fprintf(b, "      - {offset: %d, old: %q, new: %q}\n", e.Offset, e.Old, e.New)
		}
	}
}
