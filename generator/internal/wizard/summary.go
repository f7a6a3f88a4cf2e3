package wizard

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// summary says in a few lines what will be made.
func summary(s spec.Spec, catalog *component.Catalog, dir string) []string {
	var lines []string
	row := func(label, value string) {
		if value == "" {
			value = spec.None
		}
		lines = append(lines, fmt.Sprintf("%-11s %s", label, problem.Plain(value)))
	}
	row("Service", s.Name)
	row("Folder", shown(dir))
	row("Module", s.Module)
	row("Database", s.Database)
	row("Auth", s.Auth)
	row("Deployment", strings.Join(s.Deploy, ", "))
	row("CI", s.CI)
	contact := s.Contact
	if contact == "" {
		contact = "none yet: the service asks for SECURITY_CONTACT"
	}
	row("Contact", contact)
	row("Extras", strings.Join(extras(s, catalog), ", "))
	var set []string
	for _, c := range slices.Sorted(maps.Keys(s.Set)) {
		for _, in := range slices.Sorted(maps.Keys(s.Set[c])) {
			set = append(set, c+"."+in+"="+s.Set[c][in])
		}
	}
	if len(set) > 0 {
		row("Settings", strings.Join(set, ", "))
	}
	return lines
}

// extras are those that come: asked for, on by default, or needed.
func extras(s spec.Spec, catalog *component.Catalog) []string {
	selection, err := catalog.Resolve(whole(s))
	if err != nil {
		return s.With
	}
	var names []string
	for _, c := range selection.Components {
		if c.Kind == component.Extra {
			names = append(names, c.Name)
		}
	}
	return names
}
