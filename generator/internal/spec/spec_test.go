package spec

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

func TestYAMLReadsBack(t *testing.T) {
	values := []string{"orders", "true", "null", "~", "no", "1", "1.5e3", "0x10", "a: b", "a #b", "- a", "'", `"`, "", " lead", "trail ", "ünïcode", "{a}", "[x", "a,b", "@at", "`tick`",
		"%dir", "!tag", "&anchor", "*alias", "|", ">", "?", ":", "a:", "2026-01-01", "12:30:45", strings.Repeat("long words that a writer might wrap ", 20), "mailto:a@example.com"}
	for _, v := range values {
		s := Spec{Name: "orders", Module: "example.com/orders", Database: "sqlite", Auth: "session", Deploy: []string{}, CI: "none", With: []string{"b", "a"}}
		s.SetInput("session", "cookie", v)
		got, err := Parse("hardwright.yaml", s.YAML())
		if err != nil {
			t.Errorf("%q: %v\n%s", v, err, s.YAML())
			continue
		}
		if !reflect.DeepEqual(got, s.Sorted()) {
			t.Errorf("%q: read back as %+v\n%s", v, got, s.YAML())
		}
	}
}

func FuzzYAMLReadsBack(f *testing.F) {
	f.Add("orders", "value")
	f.Add("a: b\n", "\x1b\u2028\u0085")
	f.Fuzz(func(t *testing.T, name, value string) {
		if !utf8.ValidString(name) || !utf8.ValidString(value) || name == "" {
			t.Skip("YAML is text")
		}
		s := Spec{Name: name}
		s.SetInput("a", "b", value)
		got, err := Parse("x", s.YAML())
		if err != nil || got.Name != name || got.Set["a"]["b"] != value {
			t.Errorf("%q %q: %+v, %v\n%s", name, value, got, err, s.YAML())
		}
	})
}

func TestParseReportsEveryProblemWithItsLine(t *testing.T) {
	_, err := Parse("a.yaml", []byte("version: 2\nname: [a]\ndatbase: sqlite\nauth: jwt\nauth: session\ndeploy: {a: b}\nset: {session: 3}\n"))
	want := []string{"a.yaml:2: want one value", `a.yaml:3: unknown key "datbase"`, `a.yaml:5: "auth" is written twice`, "a.yaml:6: want a list", "a.yaml:7: want `key: value`", `a.yaml:1: version "2"`}
	for _, w := range want {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("no %q in\n%v", w, err)
		}
	}
}

// An alias could make a small file large; it is refused rather than followed.
func TestParseRefusesAliases(t *testing.T) {
	_, err := Parse("a.yaml", []byte("version: 1\nname: &n orders\nmodule: *n\n"))
	if err == nil || !strings.Contains(err.Error(), "a.yaml:3") {
		t.Errorf("got %v", err)
	}
}

func TestSyntaxErrorNamesTheLine(t *testing.T) {
	tests := []struct {
		name, src string
		line      string
	}{
		{"unclosed list", "version: 1\nwith: [a\n", "x:2"},
		{"tab", "version: 1\n\tname: a\n", "x:2"},
		{"two colons", "version: 1\nname: a: b\n", "x:2"},
		{"bad indentation", "version: 1\nset:\n    a: {b: c}\n  d: e\n", "x:4"},
	}
	for _, tt := range tests {
		_, err := Parse("x", []byte(tt.src))
		if err == nil || !strings.HasPrefix(err.Error(), tt.line+":") {
			t.Errorf("%s: %v, want line %s", tt.name, err, tt.line)
		}
	}
}

func TestOver(t *testing.T) {
	base := Spec{Database: "postgres", Auth: "jwt", Deploy: []string{"docker"}, With: []string{"cors", "tls"}, Set: map[string]map[string]string{"a": {"x": "1", "y": "1"}}}
	flags := Spec{Database: "sqlite", Deploy: []string{}, Without: []string{"tls"}, Set: map[string]map[string]string{"a": {"x": "2"}}}
	got := flags.Over(base)
	want := Spec{Database: "sqlite", Auth: "jwt", Deploy: []string{}, With: []string{"cors"}, Without: []string{"tls"}, Set: map[string]map[string]string{"a": {"x": "2", "y": "1"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if base.Set["a"]["x"] != "1" {
		t.Error("the base was changed")
	}
}

func TestChecks(t *testing.T) {
	check := map[string]func(string) *problem.Problem{"name": CheckName, "module": CheckModule, "contact": CheckContact}
	tests := []struct {
		what, in string
		legal    bool
	}{
		{"name", "orders", true}, {"name", "a", true}, {"name", "a-1", true}, {"name", strings.Repeat("a", 39), true},
		{"name", strings.Repeat("a", 40), false}, {"name", "", false}, {"name", "Orders", false}, {"name", "1a", false}, {"name", "-a", false}, {"name", "a b", false},
		{"name", "../a", false}, {"name", "con", false}, {"name", "lpt1", false}, {"name", "internal", false}, {"name", "a\n", false}, {"name", "{{.Module}}", false}, {"name", "ä", false},
		{"module", "example.com/orders", true}, {"module", "example.com/orders/v2", true}, {"module", "gopkg.in/a.v1", true}, {"module", "github.com/A/b", true},
		{"module", "", false}, {"module", "orders", false}, {"module", "example.com/../a", false}, {"module", "/etc", false}, {"module", "example.com/a b", false}, {"module", "example.com/a\"\nimport \"os", false},
		{"module", "example.com/a/internal", false}, {"module", "example.com/orders/v1", false}, {"module", "example.com/orders/v0", false}, {"module", "https://example.com/a", false},
		{"contact", "mailto:security@example.com", true}, {"contact", "https://example.com/security", true},
		{"contact", "security@example.com", false}, {"contact", "http://example.com", false}, {"contact", "mailto:", false}, {"contact", "mailto:a@b@c", false}, {"contact", "javascript:alert(1)", false},
		{"contact", "mailto:a@example.com\r\nContact: mailto:b@example.com", false}, {"contact", "https://example.com/\"", false}, {"contact", "https://u:p@example.com", false}, {"contact", "https:///x", false}, {"contact", "mailto:a@example.com?subject=x", false},
	}
	for _, tt := range tests {
		if p := check[tt.what](tt.in); (p == nil) != tt.legal {
			t.Errorf("%s %q: %v, want legal %v", tt.what, tt.in, p, tt.legal)
		}
	}
}
