package universe

import (
	"strings"
	"testing"
)

const (
	onlyC = "example.com/c"
	alsoA = "example.com/a/x"
)

func TestUpdate(t *testing.T) {
	mod := func(imports ...string) string { return string(small.GoMod("m.test/x", "1.26.0", imports)) }
	sum := func(imports ...string) string { return string(small.GoSum(imports)) }
	commented := strings.Replace(mod(onlyC), "require", "// for the answer\nrequire", 1)
	mine := mod(onlyC) + "\nrequire (\n\texample.com/b v1.1.0\n\tmine.test/z v1.0.0\n)\n"
	ahead := strings.Replace(mine, "b v1.1.0", "b v1.9.0", 1)
	tests := []struct {
		name          string
		mod, sum      string
		before, after []string
		wantMod       []string // must hold; the first alone is the whole
		wantSum       string
		tidy          bool
	}{
		{name: "nothing changes", mod: mine, sum: "x", before: []string{onlyC}, after: []string{onlyC}, wantMod: []string{mine}, wantSum: "x"},
		{name: "as written", mod: mod(onlyC), sum: sum(onlyC), before: []string{onlyC}, after: []string{onlyC, alsoA}, wantMod: []string{mod(onlyC, alsoA)}, wantSum: sum(onlyC, alsoA)},
		{name: "and back", mod: mod(onlyC, alsoA), sum: sum(onlyC, alsoA), before: []string{onlyC, alsoA}, after: []string{onlyC}, wantMod: []string{mod(onlyC)}, wantSum: sum(onlyC)},
		{name: "the first", mod: mod(), sum: "", after: []string{onlyC}, wantMod: []string{mod(onlyC)}, wantSum: sum(onlyC)},
		{name: "the last", mod: mod(onlyC), sum: sum(onlyC), before: []string{onlyC}, wantMod: []string{mod()}, wantSum: ""},
		{name: "with other line endings", mod: strings.ReplaceAll(mod(onlyC), "\n", "\r\n"), sum: strings.ReplaceAll(sum(onlyC), "\n", "\r\n"), before: []string{onlyC}, after: []string{onlyC, alsoA},
			wantMod: []string{strings.ReplaceAll(mod(onlyC, alsoA), "\n", "\r\n")}, wantSum: strings.ReplaceAll(sum(onlyC, alsoA), "\n", "\r\n")},
		{name: "with a comment", mod: commented, sum: sum(onlyC), before: []string{onlyC}, after: []string{onlyC, alsoA}, wantMod: []string{"// for the answer", "example.com/a v1.0.0", "b v1.2.0 // indirect"}, wantSum: sum(onlyC, alsoA)},
		{name: "with modules of a person", mod: mine, sum: sum(onlyC) + "mine.test/z v1.0.0 h1:z=\n", before: []string{onlyC}, after: []string{onlyC, alsoA},
			wantMod: []string{"mine.test/z v1.0.0", "example.com/b v1.2.0", "example.com/a v1.0.0"}, wantSum: sum(onlyC, alsoA) + "mine.test/z v1.0.0 h1:z=\n", tidy: true},
		{name: "never lower", mod: ahead, sum: sum(onlyC), before: []string{onlyC}, after: []string{onlyC, alsoA}, wantMod: []string{"example.com/b v1.9.0", "example.com/a v1.0.0"}, wantSum: sum(onlyC, alsoA), tidy: true},
		{name: "what a person requires already", mod: mod(onlyC, alsoA), sum: sum(onlyC, alsoA), before: []string{onlyC}, after: []string{onlyC, alsoA}, wantMod: []string{mod(onlyC, alsoA)}, wantSum: sum(onlyC, alsoA)},
	}
	for _, tt := range tests {
		got, err := small.Update(Update{Mod: []byte(tt.mod), Sum: []byte(tt.sum), Before: tt.before, After: tt.after})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if string(got.Sum) != tt.wantSum || got.Tidy != tt.tidy {
			t.Errorf("%s: tidy %v, go.sum\n%s\nwant\n%s", tt.name, got.Tidy, got.Sum, tt.wantSum)
		}
		if len(tt.wantMod) == 1 && string(got.Mod) != tt.wantMod[0] {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got.Mod, tt.wantMod[0])
		}
		for _, part := range tt.wantMod {
			if !strings.Contains(string(got.Mod), part) {
				t.Errorf("%s: no %q in\n%s", tt.name, part, got.Mod)
			}
		}
	}
	if _, err := small.Update(Update{Mod: []byte("<<<<<<< a"), After: []string{onlyC}}); err == nil {
		t.Error("a go.mod that does not parse is taken")
	}
}
