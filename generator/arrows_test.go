package generator

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/hardwright/hardwright/"

// rows are our packages from the top down. A package imports packages of rows below its own, and no others of ours.
var rows = [][]string{
	{"."},
	{"generator/cli"},
	{"generator", "generator/internal/pin"},
	{"generator/internal/lint"},
	{"generator/internal/apply", "generator/internal/source", "generator/internal/wizard"},
	{"generator/internal/generate"},
	{"generator/internal/plan", "generator/internal/wizard/quiet"},
	{"generator/internal/patch"},
	{"generator/internal/render", "generator/internal/universe", "generator/internal/merge"},
	{"generator/internal/lock"},
	{"generator/internal/component"},
	{"generator/internal/spec", "presets", "templates"},
	{"generator/internal/problem", "generator/internal/tree"},
}

// only says who may import what reaches outside the process.
var only = map[string][]string{
	"os":            {".", "generator/cli", "generator/internal/apply", "generator/internal/pin", "generator/internal/source", "generator/internal/wizard", "generator/internal/wizard/quiet"},
	"os/exec":       {"generator/internal/apply", "generator/internal/pin", "generator/internal/source"},
	"os/signal":     {"generator/cli", "generator/internal/wizard"},
	"net":           {},
	"net/http":      {},
	"time":          {"generator/cli", "generator/internal/component", "generator/internal/source", "generator/internal/tree", "generator/internal/wizard"},
	"math/rand":     {},
	"math/rand/v2":  {},
	"crypto/rand":   {"generator/internal/apply"},
	"log":           {},
	"log/slog":      {},
	"unsafe":        {},
	"plugin":        {},
	"path/filepath": {"generator/cli", "generator/internal/apply", "generator/internal/pin", "generator/internal/source", "generator/internal/wizard"},
}

func TestArrowsPointDown(t *testing.T) {
	row := map[string]int{}
	for i, r := range rows {
		for _, p := range r {
			row[p] = i
		}
	}
	seen := map[string]bool{}
	err := fs.WalkDir(os.DirFS(".."), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), "_") || d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "e2e" || d.Name() == "build") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		from := path.Dir(p)
		level, known := row[from]
		if !known {
			t.Errorf("%s stands in no row", from)
			return nil
		}
		seen[from] = true
		file, err := parser.ParseFile(token.NewFileSet(), "../"+p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if who, limited := only[name]; limited && !slices.Contains(who, from) {
				t.Errorf("%s imports %s", p, name)
			}
			if to, ours := strings.CutPrefix(name, module); ours && row[to] <= level {
				t.Errorf("%s imports %s, which is not below it", p, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != len(row) {
		t.Errorf("%d packages, and %d stand in a row", len(seen), len(row))
	}
}
