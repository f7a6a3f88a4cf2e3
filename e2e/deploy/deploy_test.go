// Package deploy tests what surrounds the generated code, with the tools that judge it for real: a container engine, systemd, compose,
// linters and scanners. What is missing is installed by e2e/setup.sh, or the tests fail and name it; nothing is skipped in silence.
package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// program is hardwright, built once.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		setup := exec.Command("../setup.sh")
		setup.Stdout, setup.Stderr = os.Stderr, os.Stderr
		if err := setup.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "e2e/setup.sh:", err)
			return 1
		}
		dir, err := os.MkdirTemp("", "hardwright-deploy-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "hardwright")
		build := exec.Command("go", "build", "-o", program, "../..")
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "build hardwright:", err)
			return 1
		}
		choices = offer()
		return m.Run()
	}())
}

// A choice is what a service is generated with.
type choice struct{ database, auth string }

// choices are all combinations of database and auth that hardwright accepts; legal is how many that are.
var choices []choice

const legal = 11

// offer asks hardwright which combinations it accepts.
func offer() (all []choice) {
	for _, database := range []string{"none", "sqlite", "postgres"} {
		for _, auth := range []string{"none", "session", "jwt", "apikey"} {
			c := exec.Command(program, "new", "orders", "--yes", "--dry-run", "--quiet", "--database", database, "--auth", auth)
			if c.Run() == nil {
				all = append(all, choice{database, auth})
			}
		}
	}
	return all
}

func TestEveryChoiceIsThere(t *testing.T) {
	if len(choices) != legal {
		t.Errorf("%d combinations are accepted, want %d: %v", len(choices), legal, choices)
	}
}

func (c choice) String() string { return c.database + "-" + c.auth }

// generate writes a service called orders, with every deployment and CI that there is.
func (c choice) generate(t testing.TB, flags ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "orders")
	args := append([]string{"new", dir, "--yes", "--quiet", "--git=false", "--module", "example.com/team/orders",
		"--database", c.database, "--auth", c.auth, "--deploy", "docker,systemd", "--ci", "github", "--contact", "mailto:security@example.com"}, flags...)
	out, code := run(t, "", nil, program, args...)
	if code != 0 {
		t.Fatalf("hardwright %s: exit %d\n%s", strings.Join(args, " "), code, out)
	}
	return dir
}

// run runs a command and returns what it printed and its exit code.
func run(t testing.TB, dir string, env []string, name string, args ...string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return out.String(), c.ProcessState.ExitCode()
}

// must is run for what has to work; it returns what was printed.
func must(t testing.TB, dir string, env []string, name string, args ...string) string {
	t.Helper()
	out, code := run(t, dir, env, name, args...)
	if code != 0 {
		t.Fatalf("%s %s: exit %d\n%s", name, strings.Join(args, " "), code, out)
	}
	return out
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// edit replaces text in a file, once, and fails the test where there is nothing to replace.
func edit(t testing.TB, path, old, with string) {
	t.Helper()
	text := read(t, path)
	if !strings.Contains(text, old) {
		t.Fatalf("%s has no %q", path, old)
	}
	write(t, path, strings.Replace(text, old, with, 1))
}

var building sync.Mutex

// tool builds a Go program once for this user and returns its path. Some take minutes; the version is part of the name.
func tool(t testing.TB, pkg, version string) string {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(pkg)
	if regexp.MustCompile(`^v\d+$`).MatchString(name) {
		name = filepath.Base(filepath.Dir(pkg))
	}
	path := filepath.Join(cache, "hardwright", "tools", name+"@"+version)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	bin := t.TempDir()
	t.Logf("building %s %s", pkg, version)
	must(t, "", []string{"GOBIN=" + bin, "GOFLAGS="}, "go", "install", pkg+"@"+version)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	// Not renamed: the temporary folder may be on another disk.
	b, err := os.ReadFile(filepath.Join(bin, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".new", b, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	return path
}

// shipped builds the version of a tool that the service's own Makefile names.
func shipped(t testing.TB, service, pkg string) string {
	t.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(pkg) + `@(v[0-9][0-9A-Za-z.-]*)`).FindStringSubmatch(read(t, filepath.Join(service, "Makefile")))
	if m == nil {
		t.Fatalf("the Makefile does not name a version of %s", pkg)
	}
	return tool(t, pkg, m[1])
}

// commit makes the folder a git repository with everything in it committed.
func commit(t testing.TB, dir string) {
	t.Helper()
	git(t, dir, "init", "--quiet", "--initial-branch=main")
	git(t, dir, "add", "--all")
	git(t, dir, "commit", "--quiet", "--message", "start")
}

func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return must(t, dir, []string{"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com", "GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.com"}, "git", args...)
}
