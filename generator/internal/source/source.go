// Package source brings packs: Go modules that hold generators and components.
//
// Fetch lets the Go toolchain's own client bring a module, so that proxies, private modules, credentials and the checksum
// database are as the user has them, and then believes none of it: the zip is read, never the folder that go unpacked, every
// name and size is checked, and the checksum is computed again. Read takes a pack that was brought earlier and refuses bytes
// that do not have the checksum which the lock names; it needs neither network nor toolchain.
//
// A pack is data. Nothing of it is run, and it is never part of a build.
package source

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// What a pack may hold. All of ours together are some 4 MiB in 800 files.
const (
	mostZip   = 16 << 20 // bytes of the zip
	mostBytes = 32 << 20 // bytes of all files
	mostFiles = 5000
)

// A Pack is the files of one version of a module, checked.
type Pack struct {
	module.Version
	Sum   string    // h1 over Files, as in go.sum
	Files tree.Tree // below the module's root
}

// ParseQuery splits what a person typed, MODULE@VERSION, and refuses what the go command could take for something else.
// The version may be a query such as latest or a branch.
func ParseQuery(arg string) (path, query string, err error) {
	path, query, found := strings.Cut(arg, "@")
	switch {
	case !found:
		return "", "", problem.List{{Subject: arg, Message: "names no version", Hint: arg + "@latest takes the newest one and pins it"}}
	case !versionQuery.MatchString(query) || query == "none" || query == "upgrade" || query == "patch":
		return "", "", problem.List{{Subject: arg, Message: fmt.Sprintf("%q is not a version", query), Hint: "v1.2.3, latest, or a branch or commit"}}
	}
	if err := CheckPath(path); err != nil {
		return "", "", err
	}
	return path, query, nil
}

// versionQuery is a version, latest, a branch or a commit; never a flag.
var versionQuery = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]*$`)

// CheckPath refuses what is not a module path that can be fetched.
func CheckPath(path string) error {
	if err := module.CheckPath(path); err != nil {
		return problem.List{{Subject: path, Message: "is not a module path that can be fetched", Hint: "example.com/team/pack@v1.2.3"}}
	}
	return nil
}

// Folder is where a pack stands below the folder that holds all packs: an escaped name, because two names that differ in case
// are one folder on some systems.
func Folder(v module.Version) (string, error) {
	if err := module.Check(v.Path, v.Version); err != nil {
		return "", fmt.Errorf("pack %s: %w", v, err)
	}
	path, err := module.EscapePath(v.Path)
	if err != nil {
		return "", fmt.Errorf("pack %s: %w", v, err)
	}
	version, err := module.EscapeVersion(v.Version)
	if err != nil {
		return "", fmt.Errorf("pack %s: %w", v, err)
	}
	return path + "@" + version, nil
}

// FS shows the files of a pack as a file system.
func (p *Pack) FS() fs.FS { return p.Files.FS() }
