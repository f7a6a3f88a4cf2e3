package lint

import (
	"path"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
)

// controls judges what components claim: the row exists, the code exists, and a test proves it.
func (l *linter) controls() {
	if len(l.catalog.Controls) == 0 && len(l.catalog.Broken[component.ControlsFile]) == 0 {
		l.problems.Hint("write a row a control, as templates/README.md says", component.ControlsFile, "no controls")
	}
	for _, c := range l.catalog.All {
		for _, claim := range c.Claims {
			if !slices.ContainsFunc(l.catalog.Controls, func(r component.Control) bool { return r.ID == claim.ID }) {
				l.at(c.File, claim.Line, "control %s has no row in %s", claim.ID, component.ControlsFile)
			}
			if claim.Code == "" {
				l.at(c.File, claim.Line, "control %s names no code", claim.ID)
			} else if !slices.ContainsFunc(l.files, func(f payload) bool { return f.place() == claim.Code || strings.HasPrefix(f.place(), claim.Code+"/") }) {
				l.at(c.File, claim.Line, "control %s: no payload %s", claim.ID, claim.Code)
			}
			if len(claim.Tests) == 0 {
				l.hint("name the test in _files/ that fails when the control is broken, as package.TestName", c.File, claim.Line, "control %s names no test", claim.ID)
			}
			for _, t := range claim.Tests {
				if !l.hasTest(t) {
					l.at(c.File, claim.Line, "control %s: no test %s in any payload", claim.ID, t)
				}
			}
		}
	}
}

// unclaimed reports the rows that a service neither has claimed nor is excused from, the first such service each.
func (l *linter) unclaimed(sel *component.Selection, told map[string]bool) {
	claimed := map[string]bool{}
	for _, c := range sel.Components {
		for _, claim := range c.Claims {
			claimed[claim.ID] = claimed[claim.ID] || sel.Holds(claim.Only)
		}
	}
	for _, row := range l.catalog.Controls {
		excused := slices.ContainsFunc(row.Unless, func(x component.Excuse) bool { return sel.Holds(x.Only) })
		if claimed[row.ID] || excused || told[row.ID] {
			continue
		}
		told[row.ID] = true
		s := sel.Spec
		l.hint("claim it in a component, or say in unless why it does not apply", component.ControlsFile, row.Line,
			"control %s: nobody claims it in a service with database %s, auth %s, deploy %v, ci %s", row.ID, s.Database, s.Auth, s.Deploy, s.CI)
	}
}

// hasTest finds a test by the folder of its package and its name: internal/ratelimit.TestLimit.
func (l *linter) hasTest(name string) bool {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return false
	}
	folder, fn := name[:i], name[i+1:]
	fn, _, _ = strings.Cut(fn, "/") // a subtest
	return slices.ContainsFunc(l.files, func(f payload) bool {
		return path.Dir(f.place()) == folder && strings.HasSuffix(f.to, "_test.go") && slices.Contains(f.tests, fn)
	})
}
