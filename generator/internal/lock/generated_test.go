package lock

import (
	"reflect"
	"strings"
	"testing"
)

func TestRunsAreReadAsWritten(t *testing.T) {
	l := Lock{Engine: "0.1.0", Templates: "sha256:0", Files: map[string]File{
		"a.go": {SHA256: strings.Repeat("a", 64), Mode: 0o644, Owner: "resource invoice", Class: "managed"},
		"b.go": {SHA256: strings.Repeat("b", 64), Mode: 0o644, Owner: "endpoint GET /a/{id}, b", Class: "managed"},
	}}
	l = l.WithRun(Run{Name: "resource invoice", Generator: "resource", Source: "built-in", Digest: "sha256:1", Inputs: map[string]string{"name": "old"}})
	l = l.WithRun(Run{Name: "endpoint GET /a/{id}, b", Generator: "endpoint", Source: "example.com/p@v1.0.0", Digest: "sha256:2", Inputs: map[string]string{"a": "\u00e9\u2028\x07\"\\ #: {", "b": ""}})
	l = l.WithRun(Run{Name: "resource invoice", Generator: "resource", Source: "local", Digest: "sha256:3", Inputs: map[string]string{"fields": "number:string:max=20 total:decimal"},
		Sequences: map[string]string{"migration": "01000"}, Imports: []string{"example.com/b", "example.com/a"}})
	got, err := Parse(l.YAML())
	if err != nil || !reflect.DeepEqual(got.Generated, l.Generated) || !reflect.DeepEqual(got.Files, l.Files) {
		t.Errorf("%v\n%s\n%+v", err, l.YAML(), got.Generated)
	}
	if len(got.Generated) != 2 || strings.Join(got.Imports(), " ") != "example.com/a example.com/b" {
		t.Errorf("%+v", got.Generated)
	}
}

func TestRunsThatAreNone(t *testing.T) {
	for _, run := range []string{
		`{run: a, generator: a, source: local}`,
		`{run: a, generator: a, source: local, digest: x, hook: make}`,
		`{run: a, generator: a, source: local, digest: x, sequences: {m: "../1"}}`,
		`resource`,
	} {
		_, err := Parse([]byte("version: 1\nengine: a\ntemplates: b\ncomponents:\ngenerated:\n  - " + run + "\nfiles:\n"))
		if err == nil || !strings.Contains(err.Error(), "hardwright.lock:6: ") {
			t.Errorf("%s: %v", run, err)
		}
	}
}
