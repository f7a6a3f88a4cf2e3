package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the goldens anew")

// What each preset gives, file by file with mode and digest: a change of the templates shows here which files of which service it changes, and a
// difference between two machines shows as a failure. go test ./e2e -run Golden -update writes them anew.
func TestGolden(t *testing.T) {
	presets, err := filepath.Glob("../presets/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	goldens, err := filepath.Glob("goldens/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !*update && (len(presets) != 4 || len(goldens) != len(presets)) {
		t.Errorf("%d presets and %d goldens, want 4 of each", len(presets), len(goldens))
	}
	for _, file := range presets {
		preset := strings.TrimSuffix(filepath.Base(file), ".yaml")
		files := contents(t, generate(t, t.TempDir(), "orders", "--preset", preset))
		var lines []string
		for path, line := range files {
			if !strings.HasPrefix(line, "d") {
				lines = append(lines, fmt.Sprintf("%s %s", line, path))
			}
		}
		slices.SortFunc(lines, func(a, b string) int { return strings.Compare(path(a), path(b)) })
		got := strings.Join(lines, "\n") + "\n"
		golden := filepath.Join("goldens", preset+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: these lines differ from %s:\n%s", preset, golden, differing(got, string(want)))
		}
	}
}

// path is the last word of a golden's line.
func path(line string) string { return line[strings.LastIndexByte(line, ' ')+1:] }

// differing lists the lines that only one of two texts has.
func differing(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	var out []string
	for _, line := range g {
		if !slices.Contains(w, line) {
			out = append(out, "+ "+line)
		}
	}
	for _, line := range w {
		if !slices.Contains(g, line) {
			out = append(out, "- "+line)
		}
	}
	return strings.Join(out, "\n")
}
