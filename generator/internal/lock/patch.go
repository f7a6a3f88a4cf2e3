package lock

import (
	"bytes"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/module"
)

// A Patch is what was changed in a file that a person wrote.
type Patch struct {
	File   string
	Server string // where the server got its handler, as file:line of the file as it was
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
		fmt.Fprintf(b, "  - file: %q\n    server: %q\n    guard: %q\n    before: %s\n    after: %s\n    edits:\n", p.File, p.Server, p.Guard, p.Before, p.After)
		for _, e := range p.Edits {
			fmt.Fprintf(b, "      - {offset: %d, old: %q, new: %q}\n", e.Offset, e.Old, e.New)
		}
	}
}

// patch reads one.
func (p *reader) patch(n *yaml.Node) Patch {
	var out Patch
	p.mapping(n, func(key string, k, v *yaml.Node) {
		switch key {
		case "file":
			out.File = p.text(v)
			if err := module.CheckFilePath(out.File); err != nil {
				p.at(v, "%q is not a path of this project", out.File)
			}
		case "server":
			out.Server = p.text(v)
		case "guard":
			out.Guard = p.text(v)
		case "before":
			out.Before = p.digest(v)
		case "after":
			out.After = p.digest(v)
		case "edits":
			p.each(v, func(n *yaml.Node) { out.Edits = append(out.Edits, p.edit(n)) })
		default:
			p.at(k, "unknown key %q", key)
		}
	})
	end := 0
	for _, e := range out.Edits {
		if e.Offset < end {
			p.at(n, "the edits of %q are out of order", out.File)
		}
		end = e.Offset + len(e.Old)
	}
	return out
}

func (p *reader) edit(n *yaml.Node) Edit {
	var out Edit
	p.mapping(n, func(key string, k, v *yaml.Node) {
		switch key {
		case "offset":
			i, err := strconv.Atoi(p.text(v))
			if err != nil || i < 0 {
				p.at(v, "%q is not an offset", v.Value)
			}
			out.Offset = i
		case "old":
			out.Old = p.text(v)
		case "new":
			out.New = p.text(v)
		default:
			p.at(k, "unknown key %q", key)
		}
	})
	return out
}
