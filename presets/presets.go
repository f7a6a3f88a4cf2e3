// Package presets carries the named Specs beside it: answers files without a name and a module.
package presets

import "embed"

// FS holds NAME.yaml for each preset.
//
//go:embed *.yaml
var FS embed.FS

// Default is the preset that answers what nobody was asked.
const Default = "quickstart"
