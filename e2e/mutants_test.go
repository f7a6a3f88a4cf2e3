package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// A mutant is a sentence: break this, and that test must die.
type mutant struct {
	name       string // component/name
	file       string // what is broken
	swap, with string
	pkg, test  string // what must notice
}

// mutants reads testdata/mutants.txtar and both.txtar of every component.
func mutants(t *testing.T) []mutant {
	t.Helper()
	files, err := filepath.Glob("../templates/*/testdata/mutants.txtar")
	if err != nil {
		t.Fatal(err)
	}
	both, err := filepath.Glob("../templates/*/testdata/both.txtar") // of other repositories too
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, both...)
	var all []mutant
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		component := filepath.Base(filepath.Dir(filepath.Dir(file)))
		for _, f := range archive.Files {
			all = append(all, readMutant(t, component+"/"+f.Name, string(f.Data)))
		}
	}
	return all
}

// readMutant reads the four lines of a mutant; swap and for go on in lines that begin with white space.
func readMutant(t *testing.T, name, text string) mutant {
	t.Helper()
	fields := map[string]string{}
	var last string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		key, value, _ := strings.Cut(line, " ")
		if !slices.Contains([]string{"in", "swap", "for", "dies"}, key) {
			fields[last] += "\n" + strings.TrimPrefix(line, "      ")
			continue
		}
		last = key
		fields[key] = strings.TrimLeft(value, " ")
	}
	dot := strings.LastIndexByte(fields["dies"], '.')
	if fields["in"] == "" || fields["swap"] == "" || dot < 0 {
		t.Fatalf("%s: want in, swap, for and dies: %q", name, text)
	}
	return mutant{name, fields["in"], fields["swap"], fields["for"], fields["dies"][:dot], fields["dies"][dot+1:]}
}

// A ground is a service in which mutants are tried.
type ground struct{ database, auth, dir string }

func grounds(t *testing.T) []ground {
	t.Helper()
	dir := t.TempDir()
	all := []ground{
		{database: "sqlite", auth: "session"}, {database: "sqlite", auth: "jwt"}, {database: "sqlite", auth: "apikey"}, {database: "none", auth: "jwt"},
		{database: "none", auth: "apikey"}, {database: "none", auth: "none"}, {database: "postgres", auth: "session"},
	}
	for i := range all {
		g := &all[i]
		g.dir = generate(t, dir, g.database+g.auth, "--name", "orders", "--module", "example.com/orders", "--database", g.database, "--auth", g.auth,
			"--deploy", "docker,systemd", "--ci", "github", "--with", "cors,tls,apidocs")
	}
	return all
}

// here is a mutant with the placeholders of this service filled.
func (g ground) here(m mutant) mutant {
	fill := strings.NewReplacer("__database__", g.database, "__name__", "orders")
	m.file, m.swap, m.with, m.pkg = fill.Replace(m.file), fill.Replace(m.swap), fill.Replace(m.with), fill.Replace(m.pkg)
	return m
}

// holds reports whether the mutant can be tried here: the text to swap stands in its file, once if that is Go and otherwise a first time,
// and the test is there.
func (g ground) holds(m mutant) bool {
	m = g.here(m)
	source, err := os.ReadFile(filepath.Join(g.dir, m.file))
	if n := strings.Count(string(source), m.swap); err != nil || n == 0 || n > 1 && strings.HasSuffix(m.file, ".go") {
		return false
	}
	tests, err := filepath.Glob(filepath.Join(g.dir, m.pkg, "*_test.go"))
	if err != nil {
		return false
	}
	name, _, _ := strings.Cut(m.test, "/")
	for _, file := range tests {
		if b, err := os.ReadFile(file); err == nil && strings.Contains(string(b), "func "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}

// Vigilance: for each control, breaking it makes a test fail. Every mutant still finds its place and its test; a random dozen is tried in
// each run, and all of them with HARDWRIGHT_LONG=1.
func TestVigilance(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles mutants; make test runs it")
	}
	all := mutants(t)
	if len(all) < 250 {
		t.Errorf("only %d mutants", len(all))
	}
	places := grounds(t)
	where := map[string]ground{}
	for _, m := range all {
		if i := slices.IndexFunc(places, func(g ground) bool { return g.holds(m) }); i >= 0 {
			where[m.name] = places[i]
		} else {
			t.Errorf("%s: nowhere to try it: %s must hold %q once, and %s must have %s", m.name, m.file, m.swap, m.pkg, m.test)
		}
	}
	if os.Getenv("HARDWRIGHT_LONG") == "" {
		r := dice(t)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:12]
	}
	for _, m := range all {
		if g, ok := where[m.name]; ok {
			t.Run(m.name, func(t *testing.T) { g.try(t, m) })
		}
	}
}

// try breaks the service, wants the test to fail, and mends the service again.
func (g ground) try(t *testing.T, m mutant) {
	t.Helper()
	m = g.here(m)
	path := filepath.Join(g.dir, m.file)
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.WriteFile(path, source, 0o600); err != nil {
			t.Fatal(err)
		}
	}()
	if err := os.WriteFile(path, []byte(strings.Replace(string(source), m.swap, m.with, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(m.test, "/")
	c := exec.Command("go", "test", "-vet=off", "-count=1", "-timeout", "2m", "-run", "^"+name+"$", "./"+m.pkg)
	c.Dir = g.dir
	c.Env = append(os.Environ(), "GOPROXY=off", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false -trimpath")
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		t.Errorf("%s survives: %s in %s does not notice", m.name, m.test, m.pkg)
	case !errors.As(err, &exit), strings.Contains(string(out), "[build failed]"), strings.Contains(string(out), "[setup failed]"):
		t.Errorf("%s does not compile, which shows nothing:\n%s", m.name, tail(string(out), 2000))
	}
}
