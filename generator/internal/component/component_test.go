package component

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

// catalog makes a catalog of manifests without their name lines.
func catalog(t *testing.T, manifests map[string]string) *Catalog {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range manifests {
		fsys[name+"/component.yaml"] = &fstest.MapFile{Data: []byte("name: " + name + "\nsummary: A thing.\n" + text)}
	}
	c, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range c.Broken {
		t.Fatalf("%s: %v", name, list)
	}
	return c
}

var shop = map[string]string{
	"core":     "kind: base\nneeds: [log]\n",
	"log":      "kind: part\n",
	"sqlite":   "kind: database\nprovides: [database, sql]\n",
	"postgres": "kind: database\nprovides: [database, sql]\n",
	"jwt":      "kind: auth\nprovides: [actor]\nneeds: [{name: accounts, only: [database]}]\n",
	"session":  "kind: auth\nprovides: [actor]\nneeds: [accounts]\nrequires:\n  - {name: database, reason: session needs a database to keep accounts in, hint: --database sqlite}\ninputs:\n  - {name: cookie, type: string, default: \"{{.Name}}\", question: Which name, pattern: \"^[a-z]+$\", deny: [phpsessid]}\n",
	"accounts": "kind: part\nneeds: [password]\n",
	"password": "kind: part\ninputs:\n  - {name: minimum, type: int, default: 15, min: 12, max: 64, question: How long}\n",
	"docker":   "kind: deploy\n",
	"run":      "kind: deploy\nconflicts:\n  - {name: sqlite, reason: run has no disk}\n",
	"crypt":    "kind: extra\ndefault: [database]\nrequires:\n  - {name: database, reason: crypt needs a database}\n",
	"cors":     "kind: extra\n",
}

func wish(change func(*spec.Spec)) spec.Spec {
	s := spec.Spec{Name: "orders", Module: "example.com/orders", Database: "sqlite", Auth: "session", CI: spec.None, Deploy: []string{}}
	if change != nil {
		change(&s)
	}
	return s
}

func names(s *Selection) string {
	var out []string
	for _, c := range s.Components {
		out = append(out, c.Name)
	}
	return strings.Join(out, " ")
}

func TestResolve(t *testing.T) {
	c := catalog(t, shop)
	tests := []struct {
		name string
		spec spec.Spec
		want string
	}{
		{"needs of needs come along", wish(nil), "accounts core crypt log password session sqlite"},
		{"a need that is tied to a word", wish(func(s *spec.Spec) { s.Auth, s.Database = "jwt", "none" }), "core jwt log"},
		{"a default goes when named", wish(func(s *spec.Spec) { s.Without = []string{"crypt"} }), "accounts core log password session sqlite"},
		{"a default comes with its condition", wish(func(s *spec.Spec) { s.Auth, s.Database = "none", "none" }), "core log"},
		{"an extra", wish(func(s *spec.Spec) { s.Auth, s.Database, s.With = "none", "none", []string{"cors"} }), "core cors log"},
	}
	for _, tt := range tests {
		sel, err := c.Resolve(tt.spec)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if names(sel) != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, names(sel), tt.want)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	c := catalog(t, shop)
	tests := []struct {
		name string
		spec spec.Spec
		want []string // parts of the report
	}{
		{"session without a database", wish(func(s *spec.Spec) { s.Database = "none" }), []string{"--auth session: session needs a database", "--database sqlite", "--database postgres", "--auth jwt", "--auth none"}},
		{"a conflict", wish(func(s *spec.Spec) { s.Deploy = []string{"docker", "run"} }), []string{"--deploy run: run has no disk", "--database postgres", "no --deploy run"}},
		{"many unknowns at once", wish(func(s *spec.Spec) {
			s.Database, s.Auth, s.CI, s.Deploy, s.With = "sqlit", "ldap", "x", []string{"mars"}, []string{"corse"}
		}), []string{`"sqlit"`, "--database sqlite", `"ldap"`, `"x"`, `"mars"`, `"corse"`, "--with cors"}},
		{"a bad name and a bad choice", wish(func(s *spec.Spec) { s.Name, s.Database = "A", "x" }), []string{`illegal name "A"`, `unknown choice "x"`}},
		{"both with and without", wish(func(s *spec.Spec) { s.With, s.Without = []string{"cors"}, []string{"cors"} }), []string{"--without: cors is also asked for"}},
		{"a part by name", wish(func(s *spec.Spec) { s.With = []string{"accounts"} }), []string{"accounts comes and goes with"}},
		{"a base left out", wish(func(s *spec.Spec) { s.Without = []string{"core"} }), []string{"core is in every service"}},
		{"a choice as an extra", wish(func(s *spec.Spec) { s.With = []string{"docker"} }), []string{"docker is a choice of its own", "--deploy docker"}},
		{"none beside others", wish(func(s *spec.Spec) { s.Deploy = []string{"none", "docker"} }), []string{"none cannot be combined"}},
		{"an input of a stranger", wish(func(s *spec.Spec) { s.SetInput("nobody", "x", "1") }), []string{`unknown component "nobody"`}},
		{"an input that is not there", wish(func(s *spec.Spec) { s.SetInput("session", "x", "1") }), []string{`session has no input "x"`, "session.cookie"}},
		{"an input of a component that did not come", wish(func(s *spec.Spec) { s.Auth = "none"; s.SetInput("session", "cookie", "x") }), []string{"session is not in this service"}},
		{"values that are refused", wish(func(s *spec.Spec) {
			s.SetInput("session", "cookie", "PHPSESSID")
			s.SetInput("password", "minimum", "3")
		}), []string{"--set session.cookie:", "--set password.minimum: 3 is less than 12"}},
	}
	for _, tt := range tests {
		_, err := c.Resolve(tt.spec)
		var list problem.List
		if !errors.As(err, &list) {
			t.Errorf("%s: %v, want problems", tt.name, err)
			continue
		}
		for _, w := range tt.want {
			if !strings.Contains(list.Error(), w) {
				t.Errorf("%s: no %q in\n%v", tt.name, w, list)
			}
		}
	}
}

// A change that leaves another problem standing is no help.
func TestNearLeavesOutWhatDoesNotHelp(t *testing.T) {
	c := catalog(t, shop)
	near := c.Near(wish(func(s *spec.Spec) { s.Database, s.With = "none", []string{"crypt"} }))
	if got := strings.Join(near, ", "); got != "--database postgres, --database sqlite" {
		t.Error(got)
	}
}

// Every hint that names a change is a change that works.
func TestNearChoicesAreLegal(t *testing.T) {
	c := catalog(t, shop)
	s := wish(func(s *spec.Spec) { s.Database = "none" })
	near := c.Near(s)
	if len(near) < 3 {
		t.Fatalf("only %v", near)
	}
	for _, flag := range near {
		o := s.Clone()
		what, value, _ := strings.Cut(flag, " ")
		switch what {
		case "--database":
			o.Database = value
		case "--auth":
			o.Auth = value
		default:
			t.Fatalf("unexpected %q", flag)
		}
		if !c.Legal(o) {
			t.Errorf("%s is not legal", flag)
		}
	}
}

func TestOrderOfAskingDoesNotShow(t *testing.T) {
	c := catalog(t, shop)
	a, err := c.Resolve(wish(func(s *spec.Spec) { s.With, s.Deploy = []string{"crypt", "cors"}, []string{"docker"} }))
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Resolve(wish(func(s *spec.Spec) { s.With, s.Deploy = []string{"cors", "crypt", "cors"}, []string{"docker", "docker"} }))
	if err != nil {
		t.Fatal(err)
	}
	if string(a.Spec.YAML()) != string(b.Spec.YAML()) || names(a) != names(b) {
		t.Errorf("%s\n%s", a.Spec.YAML(), b.Spec.YAML())
	}
}

func TestConditionsThatNeverSettle(t *testing.T) {
	c := catalog(t, map[string]string{"a": "kind: extra\ndefault: [\"!a\"]\n"})
	_, err := c.Resolve(wish(func(s *spec.Spec) { s.Database, s.Auth = "none", "none" }))
	if err == nil || !strings.Contains(err.Error(), "do not settle") {
		t.Errorf("got %v", err)
	}
}

func TestInputs(t *testing.T) {
	sel, err := catalog(t, shop).Resolve(wish(func(s *spec.Spec) { s.SetInput("password", "minimum", "20") }))
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := sel.Input("session", "cookie"); v != "orders" {
		t.Errorf("cookie is %v, want the service's name", v)
	}
	if v, _ := sel.Input("password", "minimum"); v != 20 {
		t.Errorf("minimum is %v, want 20 as an int", v)
	}
	if !sel.Holds(Condition{"password.minimum=20", "sql", "!jwt"}) || sel.Holds(Condition{"password.minimum=15"}) || sel.Holds(Condition{"jwt.x=1"}) {
		t.Error("conditions judge inputs wrongly")
	}
}

func TestInputParse(t *testing.T) {
	tests := []struct {
		in    Input
		text  string
		legal bool
	}{
		{Input{Type: "int", Min: "1", Max: "3"}, "3", true},
		{Input{Type: "int", Min: "1", Max: "3"}, "4", false},
		{Input{Type: "int"}, "1e3", false},
		{Input{Type: "bool"}, "true", true},
		{Input{Type: "bool"}, "TRUE", false},
		{Input{Type: "duration", Min: "1m", Max: "1h"}, "30m", true},
		{Input{Type: "duration", Min: "1m", Max: "1h"}, "2h", false},
		{Input{Type: "duration"}, "30", false},
		{Input{Type: "enum", Enum: []string{"a"}}, "b", false},
		{Input{Type: "string"}, "a\x00b", false},
		{Input{Type: "string"}, "\xff", false},
		{Input{Type: "string"}, "`+os.Exit(1)+`", true}, // text is text; templates quote it
		{Input{Type: "float"}, "1", false},
	}
	for _, tt := range tests {
		if _, err := tt.in.Parse(tt.text); (err == nil) != tt.legal {
			t.Errorf("%+v %q: %v, want legal %v", tt.in, tt.text, err, tt.legal)
		}
	}
}

func TestManifestProblemsHaveLines(t *testing.T) {
	src := `name: other
kind: nonsense
color: red
needs: [A]
requires:
  - {name: database}
inputs:
  - {name: x, type: float, default: 1, question: q}
  - {name: y, type: int, default: 9, max: 3, question: q}
  - {name: z, type: int}
wiring:
  a: {b: c}
files:
  - {path: ../x, only: [sql]}
  - {path: y}
controls:
  - {code: x}
default: [!bad word]
`
	fsys := fstest.MapFS{"thing/component.yaml": {Data: []byte(strings.Replace(src, "[!bad word]", "[\"!Bad\"]", 1))}}
	c, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	got := c.Broken["thing"].Error()
	for _, want := range []string{
		"thing/component.yaml:2: unknown kind", ":3: unknown key \"color\"", ":4: \"A\" does not match", ":6: a reason is missing", ":8: input x: type \"float\"",
		":9: input y: its own default is refused: 9 is more than 3", ":10: input z has no default", ":12: want a list", ":14: \"../x\" is not a path", ":15: y: a file without a condition",
		":17: a control without an id", ":18: \"!Bad\" does not match", ":1: name is \"other\", and the folder is \"thing\"", ":1: summary is missing", ":1: only an extra has a default",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if _, ok := c.Get("thing"); ok {
		t.Error("a broken component is on offer")
	}
}

// One broken folder does not stop a service that has nothing to do with it.
func TestBrokenComponentsStopOnlyTheirOwn(t *testing.T) {
	fsys := fstest.MapFS{
		"core/component.yaml": {Data: []byte("name: core\nkind: base\nsummary: x\n")},
		"bad/component.yaml":  {Data: []byte("name: bad\nkind: extra\nsummary: x\ncolor: red\n")},
	}
	c, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	s := wish(func(s *spec.Spec) { s.Database, s.Auth = "none", "none" })
	if _, err := c.Resolve(s); err != nil {
		t.Errorf("without it: %v", err)
	}
	s.With = []string{"bad"}
	if _, err := c.Resolve(s); err == nil || !strings.Contains(err.Error(), "bad/component.yaml:4") {
		t.Errorf("with it: %v", err)
	}
}

func TestExclamationMarkWithoutQuotes(t *testing.T) {
	_, problems := parseManifest("x/component.yaml", "x", []byte("name: x\nkind: extra\nsummary: s\ndefault: [!sql]\n"))
	if len(problems) != 1 || !strings.Contains(problems[0].Hint, "quotes") {
		t.Errorf("got %v", problems)
	}
}

func TestControlsSortByNumber(t *testing.T) {
	ids := []string{"B1", "A10", "A2", "A1"}
	slices.SortFunc(ids, compareIDs)
	if got := strings.Join(ids, " "); got != "A1 A2 A10 B1" {
		t.Error(got)
	}
}

func TestSamplesAndTriplesAreLegalAndCounted(t *testing.T) {
	c := catalog(t, shop)
	base := spec.Spec{Name: "a", Module: "example.com/a"}
	samples, triples := c.Samples(base), c.Triples(base)
	for _, s := range slices.Concat(samples, triples) {
		if !c.Legal(s) {
			t.Errorf("not legal: %+v", s)
		}
	}
	// databases none, sqlite, postgres × auth none, jwt (and session where there is a database), each full and bare
	if len(samples) != 2*8 {
		t.Errorf("%d samples, want 16", len(samples))
	}
	seen := map[string]bool{}
	for _, s := range triples {
		seen[string(s.YAML())] = true
	}
	for _, want := range []func(*spec.Spec){
		func(s *spec.Spec) { s.Database, s.Auth, s.Deploy = "sqlite", "session", []string{"docker"} },
		func(s *spec.Spec) { s.Database, s.Auth, s.With = "none", "jwt", []string{"cors"} },
	} {
		s := wish(want)
		s.Name, s.Module = "a", "example.com/a"
		if !seen[string(s.YAML())] {
			t.Errorf("triples lack\n%s", s.YAML())
		}
	}
}

// A default of a pack's component is text with names in it: nothing that could run for ever is executed.
func TestDefaultsAreNoPrograms(t *testing.T) {
	for _, text := range []string{"{{range 1000000000000}}{{end}}", `{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`, `{{printf "%1000000000d" 1}}`, "{{$x := 1}}", "{{"} {
		_, problems := parseManifest("a/component.yaml", "a", []byte("name: a\nkind: part\nsummary: A thing.\ninputs:\n  - {name: x, type: string, question: q, default: '"+text+"'}\n"))
		if len(problems) != 1 || !strings.Contains(problems[0].String(), "a default is text with names in it") {
			t.Errorf("%s: %v", text, problems)
		}
		if got := expand(text, spec.Spec{}); got != text {
			t.Errorf("%s: %q", text, got)
		}
	}
	if got := expand("{{.Name}} of {{.Module}}", spec.Spec{Name: "a", Module: "b"}); got != "a of b" {
		t.Error(got)
	}
}
