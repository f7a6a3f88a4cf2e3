package generator

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/generator/internal/tree"
	"github.com/hardwright/hardwright/templates"
)

// withModule is our templates and one extra that imports a module which a service without a database does not have.
func withModule(t *testing.T) *Generator {
	t.Helper()
	all := tree.Tree{
		"serial/component.yaml":                   {Data: []byte("name: serial\nkind: extra\nsummary: Numbers things.\n")},
		"serial/README.md":                        {Data: []byte("# Serial\n")},
		"serial/_files/internal/serial/serial.go": {Data: []byte("package serial\n\nimport \"github.com/golang-jwt/jwt/v5\"\n\n// New is a number.\nfunc New() string { return jwt.SigningMethodNone.Alg() }\n")},
	}
	err := fs.WalkDir(templates.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(templates.FS, p)
		all[p] = tree.File{Data: src}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	g, err := From(all.FS())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// A component that needs a module: go.mod and go.sum are those of a service that had it from the start, and nothing of a person's is
// lowered, dropped or guessed.
func TestModules(t *testing.T) {
	g := withModule(t)
	s := spec.Spec{Name: "orders", Module: "example.com/orders", Database: "none", Auth: "none", CI: "none", Deploy: []string{}}
	b := &bench{T: t, Generator: g}
	before := b.new(s)
	s.With = []string{"serial"}
	if d := difference(b.new(s), b.add(before, "serial")); d != "" {
		t.Error(d)
	}
	if d := difference(before, func() folder {
		f := b.new(s)
		p, err := g.Remove(f, []string{"serial"}, Use{})
		if err != nil {
			t.Fatal(err)
		}
		return f.after(t, p)
	}()); d != "" {
		t.Error(d)
	}
	mine := func() folder {
		f := b.new(spec.Spec{Name: "orders", Module: "example.com/orders", Database: "none", Auth: "none", CI: "none", Deploy: []string{}})
		f["go.mod"] = tree.File{Data: []byte(string(f["go.mod"].Data) + "\nrequire example.com/mine v1.0.0\n"), Mode: 0o644}
		return f
	}
	tests := []struct {
		name   string
		tidy   Tidy
		vendor bool
		want   string // of go.mod: its text, or why not
	}{
		{name: "no go command", want: "only `go mod tidy` can tell: install Go"},
		{name: "go mod tidy does not work", tidy: func(tree.Tree) ([]byte, []byte, error) { return nil, nil, errors.New("no such module") }, want: "no such module"},
		{name: "go mod tidy", tidy: func(files tree.Tree) ([]byte, []byte, error) {
			mod := string(files["go.mod"].Data)
			if !strings.Contains(mod, "example.com/mine v1.0.0") || !strings.Contains(mod, "golang-jwt/jwt/v5 v") || len(files["internal/serial/serial.go"].Data) == 0 {
				t.Errorf("asked about\n%s", mod)
			}
			return []byte("module settled\n"), []byte("sums"), nil
		}, want: "module settled"},
		{name: "vendor", vendor: true, tidy: func(tree.Tree) ([]byte, []byte, error) { return []byte("module settled\n"), nil, nil }, want: "vendor/ would have to follow"},
	}
	for _, tt := range tests {
		f := mine()
		if tt.vendor {
			f["vendor/modules.txt"] = tree.File{Data: []byte("# x")}
		}
		p, err := g.Add(f, []string{"serial"}, Use{Tidy: tt.tidy})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := "no step"
		for _, step := range p.Steps {
			if step.Path == "go.mod" {
				got = step.Why + string(step.New)
			}
		}
		if !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s", tt.name, got)
		}
	}
}

// What had to be raised of a person's goes back to where the person had it.
func TestRaised(t *testing.T) {
	g := withModule(t)
	s := spec.Spec{Name: "orders", Module: "example.com/orders", Database: "none", Auth: "none", CI: "none", Deploy: []string{}}
	b := &bench{T: t, Generator: g}
	before := b.new(s)
	before["go.mod"] = tree.File{Data: []byte(string(before["go.mod"].Data) + "\nrequire github.com/golang-jwt/jwt/v5 v5.0.0\n"), Mode: 0o644}
	asked := ""
	tidy := func(files tree.Tree) ([]byte, []byte, error) {
		asked = string(files["go.mod"].Data)
		return files["go.mod"].Data, files["go.sum"].Data, nil
	}
	p, err := g.Add(before, []string{"serial"}, Use{Tidy: tidy})
	if err != nil {
		t.Fatal(err)
	}
	after := before.after(t, p)
	if strings.Contains(asked, "jwt/v5 v5.0.0") || !strings.Contains(asked, "golang-jwt/jwt/v5 v5.") {
		t.Errorf("asked about\n%s", asked)
	}
	if l := string(after["hardwright.lock"].Data); !strings.Contains(l, `{module: "github.com/golang-jwt/jwt/v5", from: "v5.0.0", to: "v5.`) {
		t.Error("the lock does not say what was raised")
	}
	if p, err = g.Remove(after, []string{"serial"}, Use{Tidy: tidy}); err != nil {
		t.Fatal(err)
	}
	// The function here leaves go.sum as it is asked about; the real command takes out what is not needed.
	if back := after.after(t, p); string(back["go.mod"].Data) != string(before["go.mod"].Data) || string(back["hardwright.lock"].Data) != string(before["hardwright.lock"].Data) {
		t.Errorf("not back:\n%s", difference(before, back))
	}
}
