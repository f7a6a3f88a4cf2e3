package lock

import (
	"reflect"
	"strings"
	"testing"
)

func TestPatchesAreReadAsWritten(t *testing.T) {
	l := Lock{Engine: "0.1.0", Templates: "sha256:0", Foreign: true, Files: map[string]File{}, Patches: []Patch{{
		File: "cmd/shop/main.go", Guard: "example.com/shop/internal/guard", Before: strings.Repeat("0", 64), After: strings.Repeat("1", 64),
		Edits: []Edit{{Offset: 3, Old: "", New: "\n\t\"a\\b\"\u00e9\n"}, {Offset: 9, Old: "nil", New: "guard.Handler(http.DefaultServeMux)"}},
	}}}
	got, err := Parse(l.YAML())
	if err != nil || !reflect.DeepEqual(got.Patches, l.Patches) || !got.Foreign {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestPatchesThatAreNone(t *testing.T) {
	sum := strings.Repeat("0", 64)
	for _, patch := range []string{
		`{file: "../main.go", guard: g, before: ` + sum + `, after: ` + sum + `, edits: []}`,
		`{file: main.go, guard: g, before: 0, after: ` + sum + `, edits: []}`,
		`{file: main.go, guard: g, before: ` + sum + `, after: ` + sum + `, edits: [{offset: -1, old: "", new: ""}]}`,
		`{file: main.go, guard: g, before: ` + sum + `, after: ` + sum + `, edits: [{offset: 5, old: "abc", new: ""}, {offset: 6, old: "", new: ""}]}`,
		`{file: main.go, guard: g, before: ` + sum + `, after: ` + sum + `, edits: [], hook: make}`,
	} {
		_, err := Parse([]byte("version: 1\nengine: a\ntemplates: b\ncomponents:\npatches:\n  - " + patch + "\nfiles:\n"))
		if err == nil || !strings.Contains(err.Error(), "hardwright.lock:6: ") {
			t.Errorf("%s: %v", patch, err)
		}
	}
}
