package universe

import (
	"strings"
	"testing"
)

// pins of a small world: a needs b, whose tests need t; c requires t itself.
var small = &Pins{
	Modules: map[string]string{"example.com/a": "v1.0.0", "example.com/b": "v1.2.0", "example.com/c": "v0.1.0", "example.com/t": "v1.0.0"},
	Covers:  map[string][]string{"example.com/c": {"example.com/t"}},
	Packages: map[string]Package{
		"example.com/a/x": {Module: "example.com/a", Requires: []string{"example.com/a", "example.com/b"}, Tests: []string{"example.com/t"}, Sums: []string{"example.com/b v1.2.0", "example.com/b v1.2.0/go.mod", "example.com/a v1.10.0", "example.com/a v1.9.0/go.mod"}},
		"example.com/c":   {Module: "example.com/c", Requires: []string{"example.com/c"}, Sums: []string{"example.com/c v0.1.0"}},
	},
	Sums: map[string]string{"example.com/b v1.2.0": "h1:b=", "example.com/b v1.2.0/go.mod": "h1:bm=", "example.com/a v1.10.0": "h1:a=", "example.com/a v1.9.0/go.mod": "h1:am=", "example.com/c v0.1.0": "h1:c="},
}

func TestGoMod(t *testing.T) {
	tests := []struct {
		name    string
		imports []string
		want    string
	}{
		{"nothing", nil, "module m.test/x\n\ngo 1.26.0\n"},
		{"one direct", []string{"example.com/c"}, "module m.test/x\n\ngo 1.26.0\n\nrequire example.com/c v0.1.0\n"},
		{"a module that only tests need", []string{"example.com/a/x"}, "module m.test/x\n\ngo 1.26.0\n\nrequire example.com/a v1.0.0\n\nrequire (\n\texample.com/b v1.2.0 // indirect\n\texample.com/t v1.0.0 // indirect\n)\n"},
		{"unless another brings it in", []string{"example.com/a/x", "example.com/c"}, "module m.test/x\n\ngo 1.26.0\n\nrequire (\n\texample.com/a v1.0.0\n\texample.com/c v0.1.0\n)\n\nrequire example.com/b v1.2.0 // indirect\n"},
	}
	for _, tt := range tests {
		if got := string(small.GoMod("m.test/x", "1.26.0", tt.imports)); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// The go command sorts go.sum by module, then by version as versions compare.
func TestGoSum(t *testing.T) {
	want := "example.com/a v1.9.0/go.mod h1:am=\nexample.com/a v1.10.0 h1:a=\nexample.com/b v1.2.0 h1:b=\nexample.com/b v1.2.0/go.mod h1:bm=\nexample.com/c v0.1.0 h1:c=\n"
	if got := string(small.GoSum([]string{"example.com/c", "example.com/a/x"})); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if small.GoSum(nil) != nil {
		t.Error("a service without modules has no go.sum")
	}
}

func TestUnpinned(t *testing.T) {
	got, err := Unpinned([]byte("# why\nexample.com/a v1.0.0\nexample.com/a/v2 v2.0.0\n"), "m.test/x", "1.26.0", []string{"example.com/a/v2/y"})
	if err != nil || !strings.Contains(string(got), "require example.com/a/v2 v2.0.0\n") || strings.Contains(string(got), "v1.0.0") {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err := Unpinned(nil, "m.test/x", "1.26.0", []string{"example.com/a"}); err == nil {
		t.Error("a module without a version was let through")
	}
}

func TestMissing(t *testing.T) {
	if got := small.Missing([]string{"example.com/c", "example.com/z"}); len(got) != 1 || got[0] != "example.com/z" {
		t.Error(got)
	}
	var none *Pins
	if got := none.Missing([]string{"example.com/c"}); len(got) != 1 {
		t.Error(got)
	}
}
