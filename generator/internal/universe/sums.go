package universe

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// sorted puts go.sum's keys in the go command's order: module, then version by precedence, then the plain
// version before its go.mod (module.Sort in x/mod).
func sorted(keys map[string]bool) []string {
	return slices.SortedFunc(maps.Keys(keys), func(a, b string) int {
		am, av, _ := strings.Cut(a, " ")
		bm, bv, _ := strings.Cut(b, " ")
		av, af, _ := strings.Cut(av, "/")
		bv, bf, _ := strings.Cut(bv, "/")
		return cmp.Or(strings.Compare(am, bm), semver.Compare(av, bv), strings.Compare(af, bf), strings.Compare(av, bv))
	})
}
