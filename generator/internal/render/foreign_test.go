package render_test

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

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
// name of the standard library came with. Nothing is fetched. Each set is a package of one module, so that one go command does them all. Under the
// oldest line every set is tried; under later ones all together, and what came with them.
func TestForeignBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles dozens of packages; make test runs it")
	}
	c := catalog(t)
	var before []string
	for _, line := range []string{"1.21", "1.22.3", "1.25.0"} {
		names := inGuard(c, line)
		if len(names) < 11 {
			t.Errorf("go %s: only %v", line, names)
		}
		tried := sets(names)
		if before != nil {
			tried = []set{names}
			for _, name := range names {
				if !slices.Contains(before, name) {
					tried = append(tried, set{name})
					for _, other := range before {
						tried = append(tried, set{name, other})
					}
				}
			}
		}
		before = names
		t.Run("go "+line, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "go.mod"), []byte("module corp.example/all\n\ngo "+line+"\n"))
			for i, s := range tried {
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
				if out, err := command(dir, args...).CombinedOutput(); err != nil {
					t.Fatalf("%v: go %s: %v\n%s", tried, args[0], err, out)
				}
			}
		})
	}
}

// inGuard lists the components that stand in package guard and go with a go line.
func inGuard(c *component.Catalog, line string) []string {
	var out []string
	for _, name := range c.ForeignNames() {
		sel, err := c.ResolveForeign(wish(c, name), component.Facts{Module: "shop", Go: line, Name: "shop"})
		if err == nil && sel.Has("guard") {
			out = append(out, name)
		}
	}
	return out
}

// command is a go command that fetches nothing.
func command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOWORK=off")
	return cmd
}

// The same question gives the same bytes, and the order of asking does not show.
func TestForeignIsDeterministic(t *testing.T) {
	facts := component.Facts{Module: "corp.example/shop", Go: "1.25", Name: "shop", Main: "cmd/shop"}
	c := catalog(t)
	names := c.ForeignNames()
	want := foreign(t, c, wish(c, names...), facts)
	slices.Reverse(names)
	got := foreign(t, catalog(t), wish(c, names...), facts)
	if !maps.EqualFunc(want, got, func(a, b render.File) bool {
		return bytes.Equal(a.Data, b.Data) && a.Mode == b.Mode && a.Owner == b.Owner
	}) {
		t.Error("two renderings differ")
	}
}

// Whatever the package reads from the environment stands in its settings and in its README, and nothing else does.
func TestForeignSettings(t *testing.T) {
	c := catalog(t)
	files := foreign(t, c, wish(c, inGuard(c, "1.25")...), component.Facts{Module: "corp.example/shop", Go: "1.25", Name: "shop"})
	read := map[string]bool{}
	for p, f := range files {
		if strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go") {
			for _, m := range regexp.MustCompile(`(?:read\(s, |s\.value\()"([A-Z_]+)"`).FindAllSubmatch(f.Data, -1) {
				read[string(m[1])] = true
			}
		}
	}
	sel, err := c.ResolveForeign(wish(c, inGuard(c, "1.25")...), component.Facts{Module: "corp.example/shop", Go: "1.25", Name: "shop"})
	if err != nil || !slices.Equal(sel.Reads(), slices.Sorted(maps.Keys(read))) {
		t.Errorf("the selection says it reads %v, %v", sel.Reads(), err)
	}
	declared := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t"([A-Z_]+)":`).FindAllSubmatch(files["internal/guard/settings.go"].Data, -1) {
		declared[string(m[1])] = true
	}
	if !maps.Equal(read, declared) || len(read) < 10 {
		t.Errorf("read %v\ndeclared %v", slices.Sorted(maps.Keys(read)), slices.Sorted(maps.Keys(declared)))
	}
	for name := range read {
		if !bytes.Contains(files["internal/guard/README.md"].Data, []byte("| `"+name+"` |")) {
			t.Errorf("the README does not name %s", name)
		}
	}
}

// What a person typed reaches Go as one value, whatever it looks like.
func TestForeignQuotes(t *testing.T) {
	c := catalog(t)
	w := wish(c, "securitytxt")
	w.SetInput("securitytxt", "contact", `https://example.com/a?b=%22&c`)
	files := foreign(t, c, w, component.Facts{Module: "corp.example/shop", Go: "1.25", Name: "shop"})
	if !bytes.Contains(files["internal/guard/settings.go"].Data, []byte(`"SECURITY_CONTACT": "https://example.com/a?b=%22&c",`)) {
		t.Errorf("%s", files["internal/guard/settings.go"].Data)
	}
}

// Files stand where their readers look for them, and name the program, the module's folder and the branch.
func TestForeignFiles(t *testing.T) {
	c := catalog(t)
	want := wish(c, "docker", "systemd", "github", "dependabot", "securitymd")
	top := foreign(t, c, want, component.Facts{Module: "corp.example/shop", Go: "1.17", Name: "shop", Main: "cmd/shop"})
	below := foreign(t, c, want, component.Facts{Module: "corp.example/shop", Folder: "services/shop", Go: "1.25", Name: "shop", Main: ".", Branch: "trunk"})
	tests := []struct {
		files map[string]render.File
		path  string
		has   []string
	}{
		{top, "Dockerfile", []string{"-o /image/shop ./cmd/shop\n", "\nUSER 65532:65532\n", "\nFROM scratch\n", `ENTRYPOINT ["/shop"]`}},
		{top, ".dockerignore", []string{"\n.git\n", "\n**/.env\n"}},
		{top, "deploy/systemd/shop.service", []string{"ExecStart=/usr/local/bin/shop\n", "\nDynamicUser=yes\n", "\nCapabilityBoundingSet=\n"}},
		{top, ".github/workflows/ci.yml", []string{`branches: ["main"]`, "go test -race ./..."}},
		{top, ".github/workflows/security-audit.yml", []string{`branches: ["main"]`, "schedule:", "pull_request:", "govulncheck"}},
		{top, ".github/dependabot.yml", []string{"directory: /\n", "default-days: 7", "package-ecosystem: docker\n"}},
		{top, "SECURITY.md", []string{"the main branch", "*Report a vulnerability*"}},
		{below, "services/shop/Dockerfile", []string{"-o /image/shop .\n"}},
		{below, "services/shop/.dockerignore", nil},
		{below, "services/shop/deploy/systemd/shop.service", nil},
		{below, ".github/workflows/ci.yml", []string{`branches: ["trunk"]`, `working-directory: "services/shop"`, `cache-dependency-path: "services/shop/go.sum"`}},
		{below, ".github/workflows/security-audit.yml", []string{`branches: ["trunk"]`, `working-directory: "services/shop"`}},
		{below, ".github/dependabot.yml", []string{`directory: "/services/shop"`}},
		{below, "SECURITY.md", []string{"the trunk branch"}},
	}
	if len(top) != 7 || len(below) != 7 {
		t.Errorf("%v, %v", slices.Sorted(maps.Keys(top)), slices.Sorted(maps.Keys(below)))
	}
	for _, tt := range tests {
		f, there := tt.files[tt.path]
		if !there {
			t.Errorf("no %s", tt.path)
		}
		for _, has := range tt.has {
			if !bytes.Contains(f.Data, []byte(has)) {
				t.Errorf("%s has no %q:\n%s", tt.path, has, f.Data)
			}
		}
		if bytes.Contains(f.Data, []byte("# syntax=")) {
			t.Errorf("%s fetches a frontend", tt.path)
		}
		if strings.HasSuffix(tt.path, ".yml") {
			if err := yaml.Unmarshal(f.Data, new(any)); err != nil {
				t.Errorf("%s: %v", tt.path, err)
			}
		}
	}
	if updates := string(top[".github/dependabot.yml"].Data); strings.Count(updates, "default-days: 7") != strings.Count(updates, "package-ecosystem") {
		t.Errorf("an update does not rest:\n%s", updates)
	}
	without := wish(c, "github")
	without.SetInput("github", "tests", "false")
	if got := foreign(t, c, without, component.Facts{Module: "m", Go: "1.25", Name: "shop"}); len(got) != 1 {
		t.Errorf("github without tests brings %v", slices.Sorted(maps.Keys(got)))
	}
}

// Workflows run nothing but commits that were read from the actions' own repositories, with no rights but those that a job names.
func TestForeignWorkflows(t *testing.T) {
	c := catalog(t)
	table, err := os.ReadFile("../../../templates/github/actions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for p, f := range foreign(t, c, wish(c, "github"), component.Facts{Module: "m", Go: "1.25", Name: "shop"}) {
		text := string(f.Data)
		uses := regexp.MustCompile(`(?m)uses: (.*)$`).FindAllStringSubmatch(text, -1)
		if len(uses) == 0 {
			t.Errorf("%s uses nothing", p)
		}
		for _, u := range uses {
			m := regexp.MustCompile(`^([a-z-]+/[a-z-]+)(?:/[a-z-]+)?@([0-9a-f]{40}) # (v[0-9.]+)$`).FindStringSubmatch(u[1])
			if m == nil || !bytes.Contains(table, []byte("{name: "+m[1]+", version: "+m[3]+", commit: "+m[2]+",")) {
				t.Errorf("%s: %s is not in actions.yaml", p, u[1])
			}
		}
		jobs := strings.Count(text, "runs-on: ubuntu-24.04\n")
		for what, n := range map[string]int{
			"\npermissions: {}\n": 1, "timeout-minutes: ": jobs, "    permissions:\n      contents: read\n": jobs, "persist-credentials: false": strings.Count(text, "uses: actions/checkout@"),
			"pull_request_target": 0, ": write\n": strings.Count(text, "security-events: write\n"),
		} {
			if got := strings.Count(text, what); got != n {
				t.Errorf("%s: %d times %q, want %d", p, got, what, n)
			}
		}
	}
}

// A mutant is a sentence: break this, and that test must die. They are in testdata/foreign.txtar and both.txtar of each component.
type mutant struct{ name, in, swap, with, dies string }

func mutants(t *testing.T) []mutant {
	t.Helper()
	files, err := filepath.Glob("../../../templates/*/testdata/foreign.txtar")
	if err != nil {
		t.Fatal(err)
	}
	both, err := filepath.Glob("../../../templates/*/testdata/both.txtar") // of services too, with paths and packages
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, both...)
	var out []mutant
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			m := mutant{name: filepath.Base(filepath.Dir(filepath.Dir(file))) + "/" + f.Name}
			for line := range strings.Lines(string(f.Data)) {
				key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
				value = strings.TrimLeft(value, " ")
				switch key {
				case "in":
					m.in = strings.TrimPrefix(value, "internal/guard/")
				case "swap":
					m.swap = value
				case "for":
					m.with = value
				case "dies":
					m.dies = strings.TrimPrefix(value, "internal/guard.")
				default:
					t.Fatalf("%s: unknown key %q", m.name, key)
				}
			}
			out = append(out, m)
		}
	}
	return out
}

// Vigilance in repositories that hardwright did not write: whoever breaks a protection there sees a test fail. Every mutant finds its place and its test; a random handful
// is tried in each run, and all of them with HARDWRIGHT_LONG=1.
func TestForeignVigilance(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles mutants; make test runs it")
	}
	c := catalog(t)
	files := foreign(t, c, wish(c, inGuard(c, "1.25")...), component.Facts{Module: "corp.example/shop", Go: "1.25", Name: "shop", Main: "cmd/shop"})
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), []byte("module corp.example/shop\n\ngo 1.25\n"))
	tests := ""
	for p, f := range files {
		write(t, filepath.Join(dir, p), f.Data)
		if strings.HasSuffix(p, "_test.go") {
			tests += string(f.Data)
		}
	}
	all := mutants(t)
	covered := map[string]bool{}
	for _, m := range all {
		name, _, _ := strings.Cut(m.name, "/")
		covered[name] = true
		if n := strings.Count(string(files["internal/guard/"+m.in].Data), m.swap); n != 1 || m.swap == "" {
			t.Errorf("%s: %q stands %d times in %s", m.name, m.swap, n, m.in)
		}
		if !strings.Contains(tests, "func "+m.dies+"(t *testing.T)") {
			t.Errorf("%s: there is no %s", m.name, m.dies)
		}
	}
	for _, name := range inGuard(c, "1.25") {
		if !covered[name] {
			t.Errorf("%s has no mutant", name)
		}
	}
	if os.Getenv("HARDWRIGHT_LONG") == "" {
		seed := time.Now().UnixNano()
		t.Logf("seed %d", seed)
		rand.New(rand.NewPCG(uint64(seed), 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:min(4, len(all))]
	}
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			p := "internal/guard/" + m.in
			defer write(t, filepath.Join(dir, p), files[p].Data)
			write(t, filepath.Join(dir, p), []byte(strings.Replace(string(files[p].Data), m.swap, m.with, 1)))
			out, err := command(dir, "test", "-vet=off", "-count=1", "-timeout", "2m", "-run", "^"+m.dies+"$", "./internal/guard").CombinedOutput()
			switch {
			case err == nil:
				t.Errorf("it survives: %s does not notice", m.dies)
			case strings.Contains(string(out), "[build failed]") || !strings.Contains(string(out), "--- FAIL: "+m.dies) && !strings.Contains(string(out), "panic:"):
				t.Errorf("it does not compile, which shows nothing:\n%s", out)
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
