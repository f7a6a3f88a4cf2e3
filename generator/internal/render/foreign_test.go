package render_test

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/templates"
)

func catalog(t *testing.T) *component.Catalog {
	t.Helper()
	c, err := component.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wish asks for components, with examples for the inputs that they require.
func wish(c *component.Catalog, names ...string) spec.Spec {
	var all spec.Spec
	for _, name := range names {
		all = all.Over(c.ForeignExample(name))
	}
	return all
}

func foreign(t *testing.T, c *component.Catalog, want spec.Spec, facts component.Facts) map[string]render.File {
	t.Helper()
	sel, err := c.ResolveForeign(want, facts)
	if err != nil {
		t.Fatalf("%v: %v", want.With, err)
	}
	out, err := render.Foreign(c, sel)
	if err != nil {
		t.Fatalf("%v: %v", want.With, err)
	}
	if len(out.Imports) > 0 {
		t.Errorf("%v imports %v: go.mod would have to change", want.With, out.Imports)
	}
	return out.Files
}

// A set is components that are tried together.
type set []string

// sets are the components one by one, all together, and halves that tear each two apart; with HARDWRIGHT_LONG=1 all pairs, too.
func sets(names []string) []set {
	out := []set{names}
	for i, a := range names {
		out = append(out, set{a})
		if os.Getenv("HARDWRIGHT_LONG") != "" {
			for _, b := range names[i+1:] {
				out = append(out, set{a, b})
			}
		}
	}
	for bit := 1; bit < len(names); bit *= 2 {
		var with, without set
		for i, name := range names {
			if i&bit != 0 {
				with = append(with, name)
			} else {
				without = append(without, name)
			}
		}
		out = append(out, with, without)
	}
	return out
}

// Whatever is asked for builds, vets and passes its own tests under the go line of the repository: the vet check stdversion knows which release each
// name of the standard library came with. Nothing is fetched. Sets are modules of one workspace folder, so that one go command does them all.
func TestForeignBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles hundreds of packages; make test runs it")
	}
	c := catalog(t)
	for _, line := range []string{"1.21", "1.22.3", "1.25.0"} {
		t.Run("go "+line, func(t *testing.T) {
			var names []string
			for _, name := range c.ForeignNames() {
				sel, err := c.ResolveForeign(wish(c, name), component.Facts{Module: "shop", Go: line, Name: "shop"})
				if err == nil && slices.ContainsFunc(sel.Components, func(c *component.Component) bool { return c.Name == "guard" }) {
					names = append(names, name)
				}
			}
			dir := t.TempDir()
			write(t, filepath.Join(dir, "go.mod"), []byte("module corp.example/all\n\ngo "+line+"\n"))
			for i, s := range sets(names) {
				facts := component.Facts{Module: fmt.Sprintf("corp.example/all/s%03d", i), Go: line, Name: "shop", Main: "cmd/shop"}
				files := foreign(t, c, wish(c, s...), facts)
				for _, p := range slices.Sorted(maps.Keys(files)) {
					if strings.HasSuffix(p, ".go") {
						if out, err := format.Source(files[p].Data); err != nil || !bytes.Equal(out, files[p].Data) {
							t.Errorf("%v: %s is not formatted: %v", s, p, err)
						}
					}
					write(t, filepath.Join(dir, fmt.Sprintf("s%03d", i), p), files[p].Data)
				}
			}
			for _, args := range [][]string{{"vet", "./..."}, {"test", "-vet=off", "./..."}} {
				cmd := exec.Command("go", args...)
				cmd.Dir = dir
				cmd.Env = append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOWORK=off")
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("go %s: %v\n%s", args[0], err, out)
				}
			}
		})
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
