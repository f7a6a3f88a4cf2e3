package render

import (
	"github.com/hardwright/hardwright/generator/internal/component"
)

// Foreign renders what the selection brings into a repository that hardwright did not write. c is the whole catalog, sel comes from its
// ResolveForeign. Paths are relative to the repository's root, and no package of another module is imported. All problems are reported.
func Foreign(c *component.Catalog, sel *component.Selection) (*Result, error) {
	return Service(c.Foreign(), sel)
}

// Facts are what the repository says about itself; the zero Facts in a service of ours.
func (d *Data) facts() component.Facts {
	if d.sel.Facts == nil {
		return component.Facts{}
	}
	return *d.sel.Facts
}

// Main is the argument of go build that names the program: "." or "./cmd/shop".
func (d *Data) Main() string {
	switch m := d.facts().Main; m {
	case "", ".":
		return "."
	default:
		return "./" + m
	}
}

// Folder is the folder of the module below the repository's root, "." if it is the root.
func (d *Data) Folder() string { return d.facts().Below(".") }

// Branch is the default branch.
func (d *Data) Branch() string { return d.facts().Branch }
