package lock

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/problem"
)

func TestParse(t *testing.T) {
	l := Lock{Engine: "0.1.0", Templates: "sha256:0", Foreign: true, Components: []string{"a", "b"}, Raised: []Raise{{"example.com/m", "v1.0.0", "v1.2.0"}}, Files: map[string]File{
		"z/ü.go": {SHA256: strings.Repeat("1", 64), Mode: 0o755, Owner: "a", Class: "managed"},
		".x":     {SHA256: strings.Repeat("2", 64), Mode: 0o644, Owner: "resource invoice", Class: "seeded"},
	}}
	for name, src := range map[string]string{"as written": string(l.YAML()), "another system": strings.ReplaceAll(string(l.YAML()), "\n", "\r\n")} {
		got, err := Parse([]byte(src))
		if err != nil || !reflect.DeepEqual(got, l) {
			t.Errorf("%s: %v\n%+v", name, err, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	good := string(Lock{Engine: "1", Templates: "t", Files: map[string]File{"a": {SHA256: strings.Repeat("1", 64), Mode: 0o644}}}.YAML())
	tests := []struct{ name, src, want string }{
		{"empty", "", "not a lock"},
		{"something else", "[a]", "not a lock"},
		{"conflict markers", "<<<<<<< yours\n" + good, "hardwright.lock:"},
		{"newer", strings.Replace(good, "version: 1", "version: 2", 1), "newer hardwright"},
		{"no version", strings.Replace(good, "version: 1", "", 1), "version"},
		{"an unknown key", good + "more: 1\n", `:`},
		{"a path outside", strings.Replace(good, `"a"`, `"../a"`, 1), "not a path of this project"},
		{"no digest", strings.Replace(good, strings.Repeat("1", 64), "12", 1), "not a SHA-256"},
		{"no mode", strings.Replace(good, `"0644"`, `"9"`, 1), "not a mode"},
		{"twice", good + "files: {}\n", "twice"},
	}
	for _, tt := range tests {
		_, err := Parse([]byte(tt.src))
		var list problem.List
		if !errors.As(err, &list) || !strings.Contains(err.Error(), tt.want) || list[0].Hint == "" {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestAsWritten(t *testing.T) {
	l := Lock{Files: map[string]File{"a": {SHA256: Digest([]byte("x\n"))}, "b": {SHA256: Digest([]byte("x\n")), Class: User}}}
	for path, want := range map[string]bool{"a": true, "b": false, "c": false} {
		if got := l.AsWritten(path, []byte("x\r\n")); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
