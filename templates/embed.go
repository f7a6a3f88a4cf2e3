// Package templates carries the component folders beside it. README.md says how to write one.
package templates

import "embed"

// FS is this folder. The all: prefix takes the payload folders too, whose underscore keeps them out of our own build.
//
//go:embed all:*
var FS embed.FS
