// Package e2e tests hardwright from the outside: the real program, the services it writes, and real parts around them.
//
// The laws of generator/doc.go are tests here over random legal Specs. The seed is printed; set HARDWRIGHT_SEED to repeat a run.
package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// program is hardwright, built once.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "hardwright-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "hardwright")
		build := exec.Command("go", "build", "-o", program, ".")
		build.Dir = ".."
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "build hardwright:", err)
			return 1
		}
		return m.Run()
	}())
}

// A result is what a run of the program left behind.
type result struct {
	code           int
	stdout, stderr string
}

// hardwright runs the program in dir, without a terminal.
func hardwright(t testing.TB, dir string, args ...string) result {
	t.Helper()
	return hardwrightWith(t, dir, nil, args...)
}

// hardwrightWith is hardwright with variables on top of the environment.
func hardwrightWith(t testing.TB, dir string, env []string, args ...string) result {
	t.Helper()
	c := exec.Command(program, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// generate writes a service into dir/name and fails the test if that does not work.
func generate(t testing.TB, dir, name string, flags ...string) string {
	t.Helper()
	r := hardwright(t, dir, append([]string{"new", name, "--yes", "--quiet", "--git=false"}, flags...)...)
	if r.code != 0 {
		t.Fatalf("new %v: exit %d\n%s%s", flags, r.code, r.stdout, r.stderr)
	}
	return filepath.Join(dir, name)
}

// run runs a command in dir and fails the test with its output unless it exits with 0.
func run(t testing.TB, dir string, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	// Offline, and with the build flags of the service's own Makefile: each set of flags is compiled and cached by itself.
	c.Env = append(os.Environ(), "GOPROXY=off", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false -trimpath")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, tail(string(out), 6000))
	}
	return string(out)
}

func tail(s string, n int) string {
	if len(s) > n {
		return "…" + s[len(s)-n:]
	}
	return s
}

// contents maps each path below dir to its mode and digest; links and folders have no digest.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		line := info.Mode().String()
		if info.Mode().IsRegular() && info.Size() > 64<<20 {
			line += fmt.Sprintf(" %d bytes", info.Size()) // a hole that a test made
		} else if info.Mode().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(b)
			line += " " + hex.EncodeToString(sum[:])
		}
		all[filepath.ToSlash(rel)] = line
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// difference describes how two trees differ, "" if they do not.
func difference(a, b map[string]string) string {
	var out []string
	for path, line := range a {
		switch other, ok := b[path]; {
		case !ok:
			out = append(out, "only first: "+path)
		case other != line:
			out = append(out, "differs: "+path)
		}
	}
	for path := range b {
		if _, ok := a[path]; !ok {
			out = append(out, "only second: "+path)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// dice are the random choices of one test; the seed is in its log.
func dice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("HARDWRIGHT_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("HARDWRIGHT_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// plan is what --json prints.
type plan struct {
	Version int    `json:"version"`
	Command string `json:"command"`
	Steps   []struct {
		Op     string `json:"op"`
		Path   string `json:"path"`
		Mode   string `json:"mode"`
		SHA256 string `json:"sha256"`
	} `json:"steps"`
	Errors []struct{ Subject, Message, Hint string } `json:"errors"`
	Exit   int                                       `json:"exit"`
}

func readPlan(t testing.TB, r result) plan {
	t.Helper()
	var p plan
	if err := json.Unmarshal([]byte(r.stdout), &p); err != nil {
		t.Fatalf("read %q: %v\n%s", r.stdout, err, r.stderr)
	}
	return p
}
