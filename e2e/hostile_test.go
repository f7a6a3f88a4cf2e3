package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/hardwright/hardwright/e2e/proxy"
)

// An attack is a pack or a generator that somebody made to do harm, and how the program must answer.
type attack struct {
	name   string
	packs  map[string][]byte // path@version → zip, on offer
	sums   map[string]string // what the checksum database says, where it is not the truth
	public bool              // the checksum database is asked; otherwise hostile bytes would often not come as far as to us
	repo   map[string]string // files that stand in the repository
	do     func(t *testing.T, repo string)
	run    []string
	exit   int
	says   []string // on standard error
	writes []string // beginnings of paths that may come or change; nothing else may
}

// evil is the module of hostile packs.
const evil, evilVersion = "example.com/evil", "example.com/evil@v1.0.0"

// Nothing hostile gets out of its place, is run, or takes time or memory without end, and the answer is a line that a person understands.
// Each attack is run by the real program on a repository with a history, within limits that are far above what it needs.
func TestHostile(t *testing.T) {
	const attacks = 174
	all := slices.Concat(hostileFiles(t), hostileBytes(t), hostileDisk())
	if len(all) != attacks {
		t.Errorf("%d attacks, want %d", len(all), attacks)
	}
	seen := map[string]bool{}
	for _, a := range all {
		if seen[a.name] {
			t.Errorf("two attacks are called %s", a.name)
		}
		seen[a.name] = true
	}
	fixture := filepath.Join(t.TempDir(), "orders")
	if r := hardwright(t, filepath.Dir(fixture), "new", "orders", "--yes", "--quiet"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	run(t, fixture, "git", "gc", "--quiet") // one file of history instead of hundreds to copy
	for _, a := range all {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			a.launch(t, fixture)
		})
	}
}

// launch lets the attack happen.
func (a attack) launch(t *testing.T, fixture string) {
	home := t.TempDir()
	place := filepath.Join(home, "place") // what lies around the repository must not change either
	repo := filepath.Join(place, "orders")
	if err := os.CopyFS(repo, os.DirFS(fixture)); err != nil {
		t.Fatal(err)
	}
	for name, text := range a.repo {
		lay(t, filepath.Join(repo, filepath.FromSlash(name)), text)
	}
	lay(t, filepath.Join(place, "beside.txt"), "beside\n")
	if a.do != nil {
		a.do(t, repo)
	}
	p, err := proxy.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for at, src := range a.packs {
		p.Modules[at] = src
	}
	for at, sum := range a.sums {
		p.Sums[at] = sum
	}
	before := contents(t, place)

	r, peak := a.confined(t, repo, home, p)
	if r.code != a.exit {
		t.Errorf("exit %d, want %d", r.code, a.exit)
	}
	for _, want := range a.says {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	t.Logf("%s%s", tail(r.stdout, 1000), tail(r.stderr, 2000))
	for _, line := range strings.Split(strings.TrimSuffix(r.stderr, "\n"), "\n") {
		if len(line) > 1500 {
			t.Errorf("a line of %d letters: %s…", len(line), line[:200])
		}
	}
	if i := strings.IndexFunc(r.stdout+r.stderr, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == '\u202e' }); i >= 0 {
		t.Errorf("a control character comes back raw, at %d", i)
	}
	if strings.Contains(r.stdout+r.stderr, secret) {
		t.Error("a variable of the environment comes back")
	}
	if most := int64(1 << 20); peak > most {
		t.Errorf("%d KiB of memory, at most %d expected", peak, most)
	}
	after := contents(t, place)
	for i, line := range strings.Split(difference(before, after), "\n") {
		_, path, _ := strings.Cut(line, ": orders/")
		if line != "" && i < 20 && !slices.ContainsFunc(a.writes, func(w string) bool { return path != "" && strings.HasPrefix(path, w) }) {
			t.Errorf("changed: %s", line)
		}
	}
	if found, _ := filepath.Glob(filepath.Join(home, "*", canary+"*")); len(found) > 0 || exists(filepath.Join(os.TempDir(), canary)) {
		t.Errorf("something was run: %v", found)
	}
}

// canary is the name of a file that a program which should not run would leave; secret is in the environment of the attacked program, and must
// not come back.
const canary, secret = "hardwright-canary", "the-word-that-nobody-may-repeat"

// confined runs the program with a deadline and a bound on its address space, both generous, and says how much memory it took.
func (a attack) confined(t *testing.T, repo, home string, p *proxy.Proxy) (result, int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	const limits = `ulimit -v 16777216; ulimit -t 100; ulimit -f 2097152; exec "$@"`
	c := exec.CommandContext(ctx, "bash", append([]string{"-c", limits, "bash", program}, a.run...)...)
	c.Dir = repo
	c.Env = append(os.Environ(), "HOME="+home, "HARDWRIGHT_SECRET="+secret)
	for name, value := range p.Env(filepath.Join(home, "go-home")) {
		c.Env = append(c.Env, name+"="+value)
	}
	if !a.public {
		c.Env = append(c.Env, "GONOSUMDB=example.com/evil")
	}
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatalf("it does not end\n%s", tail(stderr.String(), 2000))
	}
	return result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}, c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
}

func lay(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// hostileFiles reads the attacks of the folder hostile: what each tries, lines `run`, `exit`, `says` (a Go string) and `writes`, and
// files below pack/ (offered as a module) and repo/ (in the repository).
func hostileFiles(t *testing.T) []attack {
	t.Helper()
	names, err := filepath.Glob("hostile/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []attack
	for _, name := range names {
		src, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		a := attack{name: strings.TrimSuffix(filepath.Base(name), ".txtar"), repo: map[string]string{}, packs: map[string][]byte{}}
		for i, line := range strings.Split(strings.TrimSpace(string(src.Comment)), "\n") {
			key, value, _ := strings.Cut(line, " ")
			switch key {
			case "run":
				a.run, err = words(value)
			case "exit":
				a.exit, err = strconv.Atoi(value)
			case "says":
				var want string
				want, err = strconv.Unquote(value)
				a.says = append(a.says, want)
			case "writes":
				a.writes = append(a.writes, value)
			case "#", "":
			default:
				err = fmt.Errorf("unknown word %q", key)
			}
			if err != nil {
				t.Fatalf("%s:%d: %v", name, i+1, err)
			}
		}
		var pack []string
		for _, f := range src.Files {
			if p, ok := strings.CutPrefix(f.Name, "pack/"); ok {
				pack = append(pack, evilVersion+"/"+p, string(f.Data))
			} else if p, ok := strings.CutPrefix(f.Name, "repo/"); ok {
				a.repo[p] = string(f.Data)
			} else {
				t.Fatalf("%s: %s is neither below pack/ nor below repo/", name, f.Name)
			}
		}
		if pack != nil {
			a.packs[evilVersion] = proxy.Zip(pack...)
		}
		if len(a.run) == 0 || len(a.says) == 0 {
			t.Fatalf("%s: no run, or nothing said", name)
		}
		out = append(out, a)
	}
	return out
}

// words splits a command line; a word in double quotes is a Go string.
func words(line string) ([]string, error) {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if line[0] == '"' {
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, err
			}
			word, _ := strconv.Unquote(quoted)
			out, line = append(out, word), line[len(quoted):]
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		out, line = append(out, word), rest
	}
	return out, nil
}
