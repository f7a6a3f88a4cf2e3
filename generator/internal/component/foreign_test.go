package component

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

var yard = map[string]string{
	"guard":   "kind: foreign\nforeign:\n  part: true\n",
	"headers": "kind: base\nneeds: [log]\nforeign:\n  needs: [guard]\n  server: [IdleTimeout]\n",
	"log":     "kind: part\n",
	"hosts":   "kind: base\nforeign:\n  needs: [guard]\n  inputs:\n    - {name: allow, type: string, required: true, example: shop.example.com, question: \"Which hosts?\", pattern: \"^[a-z.]+$\"}\n",
	"csrf":    "kind: base\nforeign:\n  go: 1.25.0\n  needs: [guard]\n",
	"docker":  "kind: deploy\nforeign: {}\n",
	"github":  "kind: ci\nforeign: {}\n",
}

var here = Facts{Module: "corp.example/shop", Go: "1.22.3", Name: "shop", Main: "cmd/shop"}

func TestResolveForeign(t *testing.T) {
	c := catalog(t, yard)
	sel, err := c.ResolveForeign(spec.Spec{With: []string{"headers"}, Deploy: []string{"docker"}, CI: "github"}, here)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(sel); got != "docker github guard headers" { // nothing of the other side, log
		t.Error(got)
	}
	if got := sel.Server(); !slices.Equal(got, []string{"IdleTimeout"}) {
		t.Errorf("server %v", got)
	}
	for word, want := range map[string]bool{"go121": true, "go122": true, "go123": false, "headers": true, "log": false} {
		if sel.Has(word) != want {
			t.Errorf("%s: %v", word, !want)
		}
	}
	if got := strings.Join(c.ForeignNames(), " "); got != "csrf docker github headers hosts" {
		t.Errorf("offered: %s", got)
	}
}

func TestResolveForeignRefuses(t *testing.T) {
	c := catalog(t, yard)
	with := func(names ...string) spec.Spec { return spec.Spec{With: names} }
	set := with("hosts")
	set.SetInput("hosts", "allow", "SHOP")
	tests := []struct {
		name  string
		want  spec.Spec
		facts func(*Facts)
		parts []string
	}{
		{"unknown", with("header"), nil, []string{`header: unknown component`, "hint: headers"}},
		{"a part", with("guard"), nil, []string{"guard: it comes and goes with the components that need it"}},
		{"a component of services only", with("log"), nil, []string{"log: it has no place in a repository that hardwright did not write", "one of csrf, docker"}},
		{"a required input", with("hosts"), nil, []string{"hosts: Which hosts?", "hint: --set hosts.allow=shop.example.com"}},
		{"a value that is refused", set, nil, []string{`--set hosts.allow: "SHOP" does not match`}},
		{"too old for one", with("csrf"), nil, []string{"csrf: it needs go 1.25, and go.mod says 1.22.3", "go mod edit -go=1.25"}},
		{"too old for all", with("headers"), func(f *Facts) { f.Go = "1.20" }, []string{"headers: it needs go 1.21, and go.mod says 1.20"}},
		{"no go line", with("headers"), func(f *Facts) { f.Go = "" }, []string{"headers: it needs go 1.21, and go.mod has no go line"}},
		{"a folder with a line break", with("docker"), func(f *Facts) { f.Main = "cmd/a\nRUN x" }, []string{"main package's folder"}},
		{"a folder that leads out", with("docker"), func(f *Facts) { f.Folder = "../x" }, []string{"module's folder"}},
		{"a branch that is YAML", with("github"), func(f *Facts) { f.Branch = "a]\nx: y" }, []string{"is not the name of a branch"}},
	}
	for _, tt := range tests {
		facts := here
		if tt.facts != nil {
			tt.facts(&facts)
		}
		_, err := c.ResolveForeign(tt.want, facts)
		var list problem.List
		if !errors.As(err, &list) {
			t.Errorf("%s: %v, want problems", tt.name, err)
			continue
		}
		for _, part := range tt.parts {
			if !strings.Contains(list.Error(), part) {
				t.Errorf("%s: no %q in\n%v", tt.name, part, list)
			}
		}
	}
	odd := here
	odd.Folder, odd.Branch = "services/my shop", "release/2.x"
	if _, err := c.ResolveForeign(with("docker"), odd); err != nil {
		t.Errorf("an odd folder: %v", err)
	}
	old := here
	old.Go = "1.17"
	if _, err := c.ResolveForeign(with("docker"), old); err != nil {
		t.Errorf("files alone need no go line: %v", err)
	}
}

// What has only a foreign side is never in a service, and services never see the other side.
func TestForeignIsNotInServices(t *testing.T) {
	c := catalog(t, yard)
	sel, err := c.Resolve(wish(func(s *spec.Spec) { s.Database, s.Auth = spec.None, spec.None }))
	if err != nil {
		t.Fatal(err)
	}
	if got := names(sel); got != "csrf headers hosts log" {
		t.Error(got)
	}
	if _, err := c.Resolve(wish(func(s *spec.Spec) { s.Database, s.Auth, s.With = spec.None, spec.None, []string{"guard"} })); err == nil || !strings.Contains(err.Error(), "guard is for repositories that hardwright did not write") {
		t.Errorf("--with guard: %v", err)
	}
	if slices.Contains(c.Changeable(), "guard") {
		t.Error("guard is offered by add in a service")
	}
}
