package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/universe"
)

// resolve lets the go command find the versions of everything, and records what each package takes.
func resolve(work string, versions map[string]string, sets [][]string) (*universe.Pins, error) {
	all := union(sets)
	start := fmt.Sprintf("module example.com/pinned\n\ngo %s\n", component.GoVersion)
	for _, m := range slices.Sorted(maps.Keys(versions)) {
		start += fmt.Sprintf("\nrequire %s %s\n", m, versions[m])
	}
	for _, p := range all {
		if universe.ModuleOf(p, versions) == "" {
			return nil, fmt.Errorf("%s is imported, and %s has no version for its module", p, universe.VersionsFile)
		}
	}
	mod, _, err := tidy(work, start, "", all)
	if err != nil {
		return nil, err
	}
	pins := &universe.Pins{Modules: map[string]string{}, Covers: map[string][]string{}, Packages: map[string]universe.Package{}, Sums: map[string]string{}}
	for _, r := range mod.Require {
		pins.Modules[r.Mod.Path] = r.Mod.Version
		if want := versions[r.Mod.Path]; want != "" && want != r.Mod.Version {
			return nil, fmt.Errorf("%s is chosen at %s, and other modules need %s", r.Mod.Path, want, r.Mod.Version)
		}
	}
	if mod.Go.Version != component.GoVersion {
		return nil, fmt.Errorf("the modules need go %s, and services say go %s", mod.Go.Version, component.GoVersion)
	}
	whole := string(modfile.Format(mod.Syntax))
	for _, p := range all {
		fmt.Fprintln(os.Stderr, "resolve", p)
		if err := record(pins, work, whole, p); err != nil {
			return nil, err
		}
	}
	for m := range pins.Modules {
		if err := cover(pins, work, m); err != nil {
			return nil, err
		}
	}
	return pins, nil
}

func union(sets [][]string) []string {
	seen := map[string]bool{}
	for _, s := range sets {
		for _, p := range s {
			seen[p] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// record resolves one package alone, from the versions of all.
func record(pins *universe.Pins, work, whole, pkg string) error {
	mod, sums, err := tidy(work, whole, "", []string{pkg})
	if err != nil {
		return err
	}
	args := []string{"mod", "why", "-m", "-vendor"} // -vendor leaves tests of dependencies out
	for _, r := range mod.Require {
		if pins.Modules[r.Mod.Path] == "" {
			pins.Modules[r.Mod.Path] = r.Mod.Version // only tests need it, and among all something else brought it in
		}
		if v := pins.Modules[r.Mod.Path]; v != r.Mod.Version {
			return fmt.Errorf("%s alone takes %s %s, with the others %s", pkg, r.Mod.Path, r.Mod.Version, v)
		}
		args = append(args, r.Mod.Path)
	}
	why, err := goCommand(work, nil, args...)
	if err != nil {
		return err
	}
	p := universe.Package{Module: universe.ModuleOf(pkg, pins.Modules)}
	for _, section := range strings.Split(strings.TrimSpace(why), "\n\n") {
		head, body, _ := strings.Cut(section, "\n")
		m := strings.TrimPrefix(head, "# ")
		if strings.HasPrefix(body, "(main module does not need") {
			p.Tests = append(p.Tests, m)
		} else {
			p.Requires = append(p.Requires, m)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(sums), "\n") {
		f := strings.Fields(line)
		if len(f) != 3 {
			return fmt.Errorf("%s: unexpected line in go.sum: %q", pkg, line)
		}
		key := f[0] + " " + f[1]
		p.Sums = append(p.Sums, key)
		pins.Sums[key] = f[2]
	}
	slices.Sort(p.Requires)
	slices.Sort(p.Tests)
	pins.Packages[pkg] = p
	return nil
}

// cover records which modules come in, at the version of this universe, wherever m is listed.
func cover(pins *universe.Pins, work, m string) error {
	start := fmt.Sprintf("module example.com/pinned\n\ngo %s\n\nrequire %s %s\n", component.GoVersion, m, pins.Modules[m])
	if err := write(work, start, "", nil); err != nil {
		return err
	}
	graph, err := goCommand(work, []string{"GOFLAGS=-mod=mod"}, "mod", "graph")
	if err != nil {
		return err
	}
	found := map[string]bool{}
	for _, line := range strings.Split(graph, "\n") {
		if _, to, ok := strings.Cut(line, " "); ok {
			path, version, _ := strings.Cut(to, "@")
			if path != m && pins.Modules[path] == version {
				found[path] = true
			}
		}
	}
	pins.Covers[m] = slices.Sorted(maps.Keys(found))
	return nil
}

// write lays out a module that imports the given packages.
func write(work, mod, sum string, imports []string) error {
	var b strings.Builder
	b.WriteString("package pinned\n")
	for _, p := range imports {
		fmt.Fprintf(&b, "import _ %q\n", p)
	}
	for name, text := range map[string]string{"go.mod": mod, "go.sum": sum, "pinned.go": b.String()} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func tidy(work, mod, sum string, imports []string) (*modfile.File, string, error) {
	if err := write(work, mod, sum, imports); err != nil {
		return nil, "", err
	}
	if _, err := goCommand(work, []string{"GOFLAGS=-mod=mod"}, "mod", "tidy"); err != nil {
		return nil, "", err
	}
	src, err := os.ReadFile(filepath.Join(work, "go.mod"))
	if err != nil {
		return nil, "", err
	}
	f, err := modfile.Parse("go.mod", src, nil)
	if err != nil {
		return nil, "", err
	}
	sums, err := os.ReadFile(filepath.Join(work, "go.sum"))
	return f, string(sums), err
}

func goCommand(work string, env []string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = work
	cmd.Env = append(append(os.Environ(), "GOWORK=off"), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return string(out), fmt.Errorf("go %s: %w\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out), nil
}
