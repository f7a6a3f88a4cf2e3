package component

import (
	"slices"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/spec"
)

func TestAddAndRemove(t *testing.T) {
	c := catalog(t, shop)
	all := wish(func(s *spec.Spec) { s.Deploy = []string{} })
	tests := []struct {
		name, do, component string
		from                spec.Spec
		want                func(*spec.Spec)
		note, problem       string
	}{
		{name: "an extra", do: "add", component: "cors", from: all, want: func(s *spec.Spec) { s.With = []string{"cors"} }},
		{name: "a deployment", do: "add", component: "docker", from: all, want: func(s *spec.Spec) { s.Deploy = []string{"docker"} }},
		{name: "one that is in every service", do: "add", component: "core", from: all, note: "core is in every service"},
		{name: "one that was left out", do: "add", component: "crypt", from: with(all, func(s *spec.Spec) { s.Without = []string{"crypt"} }), want: func(s *spec.Spec) { s.Without = nil; s.With = []string{"crypt"} }},
		{name: "a database", do: "add", component: "postgres", from: all, problem: "chosen by new only"},
		{name: "a part", do: "add", component: "accounts", from: all, problem: "comes and goes with"},
		{name: "a misspelling", do: "add", component: "corse", from: all, problem: "unknown component\nhint: cors"},
		{name: "an extra", do: "remove", component: "cors", from: with(all, func(s *spec.Spec) { s.With = []string{"cors"} }), want: func(s *spec.Spec) { s.With = nil }},
		{name: "a deployment", do: "remove", component: "docker", from: with(all, func(s *spec.Spec) { s.Deploy = []string{"docker"} }), want: func(s *spec.Spec) { s.Deploy = []string{} }},
		{name: "what is on by default", do: "remove", component: "crypt", from: all, want: func(s *spec.Spec) { s.Without = []string{"crypt"} }},
		{name: "what is not there", do: "remove", component: "cors", from: all, note: "cors is not in this service"},
		{name: "one that is in every service", do: "remove", component: "core", from: all, problem: "in every service"},
		{name: "authentication", do: "remove", component: "session", from: all, problem: "chosen by new only"},
	}
	for _, tt := range tests {
		do := c.Add
		if tt.do == "remove" {
			do = c.Remove
		}
		got, note, problems := do(tt.from, tt.component)
		if note != tt.note || tt.problem == "" && len(problems) > 0 || !strings.Contains(problems.Error(), tt.problem) {
			t.Errorf("%s %s: %q %v", tt.do, tt.name, note, problems)
			continue
		}
		if tt.problem != "" {
			continue
		}
		want := tt.from.Clone()
		if tt.want != nil {
			tt.want(&want)
		}
		if string(got.YAML()) != string(want.YAML()) {
			t.Errorf("%s %s:\n%s\nwant\n%s", tt.do, tt.name, got.YAML(), want.YAML())
		}
	}
	if got := c.Changeable(); !slices.IsSorted(got) || slices.Contains(got, "core") || !slices.Contains(got, "docker") {
		t.Errorf("changeable: %v", got)
	}
}

// with is a Spec with a change.
func with(s spec.Spec, change func(*spec.Spec)) spec.Spec {
	s = s.Clone()
	change(&s)
	return s
}

// What is on by default is not recorded when it is asked for, nor that something stays out that never comes by itself.
func TestResolveRecordsWishesOnly(t *testing.T) {
	c := catalog(t, shop)
	sel, err := c.Resolve(wish(func(s *spec.Spec) { s.With, s.Without = []string{"crypt"}, []string{"cors"} }))
	if err != nil || len(sel.Spec.With) > 0 || len(sel.Spec.Without) > 0 || !sel.Has("crypt") {
		t.Errorf("%v %+v", err, sel.Spec)
	}
}
