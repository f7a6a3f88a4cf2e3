package universe

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ModuleOf finds the module among the given ones that provides an imported package: the longest path that is a prefix.
func ModuleOf(pkg string, modules map[string]string) string {
	best := ""
	for m := range modules {
		if (pkg == m || strings.HasPrefix(pkg, m+"/")) && len(m) > len(best) {
			best = m
		}
	}
	return best
}

// Unpinned writes a go.mod that names only the chosen versions of what is imported. It is not tidy: that is for the
// go command to finish.
func Unpinned(versions []byte, module, goVersion string, imports []string) ([]byte, error) {
	chosen, err := Versions(versions)
	if err != nil {
		return nil, err
	}
	need := map[string]bool{}
	for _, i := range imports {
		m := ModuleOf(i, chosen)
		if m == "" {
			return nil, fmt.Errorf("%s has no version for the module of %s", VersionsFile, i)
		}
		need[m] = true
	}
	var b strings.Builder
	fmt.Fprintf(&b, "module %s\n\ngo %s\n", module, goVersion)
	for _, m := range slices.Sorted(maps.Keys(need)) {
		fmt.Fprintf(&b, "\nrequire %s %s\n", m, chosen[m])
	}
	return []byte(b.String()), nil
}
