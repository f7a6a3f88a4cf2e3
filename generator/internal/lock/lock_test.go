package lock

import (
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestDigestReadsLineEndingsAlike(t *testing.T) {
	if Digest([]byte("a\r\nb\r\n")) != Digest([]byte("a\nb\n")) {
		t.Error("a checkout on another system would be an edit")
	}
	if Digest([]byte("a\rb")) == Digest([]byte("a\nb")) {
		t.Error("a lone carriage return is an edit")
	}
}

func TestYAML(t *testing.T) {
	l := Lock{Engine: "0.1.0", Templates: "sha256:0", Components: []string{"b", "a"}, Files: map[string]File{
		"z": {SHA256: "1", Mode: 0o755, Owner: "a", Class: "managed"},
		"a": {SHA256: "2", Mode: 0o644, Owner: "b", Class: "seeded"},
	}}
	want := `# Written by hardwright, to tell your edits from what it wrote. Commit it; do not edit it.
version: 1
engine: "0.1.0"
templates: "sha256:0"
components:
  - a
  - b
files:
  "a": {sha256: 2, mode: "0644", owner: b, class: seeded}
  "z": {sha256: 1, mode: "0755", owner: a, class: managed}
`
	got := l.YAML()
	if string(got) != want {
		t.Errorf("got\n%s", got)
	}
	var any map[string]any
	if err := yaml.Unmarshal(got, &any); err != nil {
		t.Error(err)
	}
}
