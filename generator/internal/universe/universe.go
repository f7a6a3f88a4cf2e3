// Package universe knows the versions and checksums of every module that a generated service can depend on.
//
// They are resolved together once, by the maintenance command generator/internal/pin, so that writing go.mod
// and go.sum needs neither network nor go command. Everything here is bytes to bytes.
package universe

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Where the universe stands in templates/.
const (
	PinsFile     = "universe/pins.json"
	VersionsFile = "universe/versions.txt"
)

// Pins are the resolved modules.
type Pins struct {
	Modules  map[string]string   `json:"modules"`  // module → version
	Covers   map[string][]string `json:"covers"`   // module → modules that its requirements bring in at their version here
	Packages map[string]Package  `json:"packages"` // imported package → what it takes
	Sums     map[string]string   `json:"sums"`     // "module version" or "module version/go.mod" → hash
}

// A Package is what one import takes.
type Package struct {
	Module   string   `json:"module"`
	Requires []string `json:"requires"`        // modules of packages it imports, directly or not; its own included
	Tests    []string `json:"tests,omitempty"` // modules that only tests of those need
	Sums     []string `json:"sums"`            // keys of Pins.Sums
}

// Read parses the pins. Absent pins are nil.
func Read(fsys fs.FS) (*Pins, error) {
	src, err := fs.ReadFile(fsys, PinsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read pins: %w", err)
	}
	p := &Pins{}
	if err := json.Unmarshal(src, p); err != nil {
		return nil, fmt.Errorf("read pins: %s: %w", PinsFile, err)
	}
	return p, nil
}

// Versions parses the list of chosen versions.
func Versions(src []byte) (map[string]string, error) {
	out := map[string]string{}
	for i, line := range strings.Split(string(src), "\n") {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		switch len(f) {
		case 0:
		case 2:
			out[f[0]] = f[1]
		default:
			return nil, fmt.Errorf("%s:%d: want `module version`", VersionsFile, i+1)
		}
	}
	return out, nil
}

// Missing lists the imports that nothing pins.
func (p *Pins) Missing(imports []string) []string {
	var out []string
	for _, i := range imports {
		if p == nil || p.Packages[i].Module == "" {
			out = append(out, i)
		}
	}
	return out
}

// needs maps the modules that go.mod lists for the given imports of other modules to whether they are imported directly.
func (p *Pins) needs(imports []string) map[string]bool {
	direct, all, tests := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, i := range imports {
		pkg := p.Packages[i]
		direct[pkg.Module] = true
		for _, m := range pkg.Requires {
			all[m] = true
		}
		for _, m := range pkg.Tests {
			tests[m] = true
		}
	}
	// The go command lists a module that only tests of dependencies need just where no listed module brings
	// it in at that version already (tidyPrunedRoots in cmd/go).
	covered := map[string]bool{}
	for m := range all {
		for _, c := range p.Covers[m] {
			covered[c] = true
		}
	}
	for m := range tests {
		if !covered[m] {
			all[m] = true
		}
	}
	for m := range all {
		all[m] = direct[m]
	}
	return all
}

// GoMod writes go.mod for a module that imports the given packages of other modules.
func (p *Pins) GoMod(module, goVersion string, imports []string) []byte {
	all := p.needs(imports)
	var here, indirect []string
	for _, m := range slices.Sorted(maps.Keys(all)) {
		if all[m] {
			here = append(here, m+" "+p.Modules[m])
		} else {
			indirect = append(indirect, m+" "+p.Modules[m]+" // indirect")
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "module %s\n\ngo %s\n", module, goVersion)
	for _, block := range [][]string{here, indirect} {
		switch len(block) {
		case 0:
		case 1:
			fmt.Fprintf(&b, "\nrequire %s\n", block[0])
		default:
			fmt.Fprintf(&b, "\nrequire (\n\t%s\n)\n", strings.Join(block, "\n\t"))
		}
	}
	return []byte(b.String())
}

// GoSum writes go.sum for the given imports; nil if there are none.
func (p *Pins) GoSum(imports []string) []byte {
	keys := map[string]bool{}
	for _, i := range imports {
		for _, k := range p.Packages[i].Sums {
			keys[k] = true
		}
	}
	var b strings.Builder
	for _, k := range sorted(keys) {
		fmt.Fprintf(&b, "%s %s\n", k, p.Sums[k])
	}
	if b.Len() == 0 {
		return nil
	}
	return []byte(b.String())
}
