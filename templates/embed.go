// Package templates carries the folders of components and generators beside it. README.md says how to write the one, GENERATORS.md the other.
package templates

import "embed"

// FS is this folder without what only its authors need. The all: prefix takes the payload folders, whose underscore keeps
// them out of our own build, and the dot files in them.
//
//go:embed controls.yaml GENERATORS.md universe */component.yaml */generator.yaml */README.md all:*/_files all:*/_foreign all:*/_both
var FS embed.FS
