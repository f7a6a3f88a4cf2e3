package e2e

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// randomSpec returns the flags of a legal Spec.
func randomSpec(r *rand.Rand) []string {
	pick := func(words []string) string { return words[r.IntN(len(words))] }
	some := func(words ...string) string {
		var out []string
		for _, w := range words {
			if r.IntN(2) == 0 {
				out = append(out, w)
			}
		}
		return strings.Join(out, ",")
	}
	database, auth := pick(databases), pick(auths)
	if database == "none" && auth == "session" {
		auth = "jwt"
	}
	flags := []string{"--module", pick([]string{"example.com/a", "corp.example/x/y", "example.com/orders/v2"}), "--database", database, "--auth", auth, "--ci", pick([]string{"none", "github"})}
	if d := some("docker", "systemd"); d != "" {
		flags = append(flags, "--deploy", d)
	} else {
		flags = append(flags, "--deploy", "none")
	}
	if w := some("cors", "tls"); w != "" {
		flags = append(flags, "--with", w)
	}
	if database != "none" && r.IntN(4) == 0 {
		flags = append(flags, "--without", "fieldcrypt")
	}
	if r.IntN(2) == 0 {
		flags = append(flags, "--contact", "https://example.com/security")
	}
	return flags
}

// Honesty: apply does exactly what the printed plan says, and --dry-run writes nothing.
func TestHonesty(t *testing.T) {
	r := dice(t)
	for range 8 {
		flags := randomSpec(r)
		dir := t.TempDir()
		dry := hardwright(t, dir, append([]string{"new", "orders", "--json", "--dry-run", "--git=false"}, flags...)...)
		if dry.code != 0 || len(contents(t, dir)) != 0 {
			t.Fatalf("%v: exit %d, wrote %v\n%s", flags, dry.code, contents(t, dir), dry.stderr)
		}
		wet := hardwright(t, dir, append([]string{"new", "orders", "--json", "--git=false"}, flags...)...)
		if wet.code != 0 {
			t.Fatalf("%v: exit %d\n%s", flags, wet.code, wet.stderr)
		}
		files := contents(t, filepath.Join(dir, "orders"))
		planned := map[string]bool{}
		for _, step := range readPlan(t, dry).Steps {
			planned[step.Path] = true
			if !strings.HasSuffix(files[step.Path], " "+step.SHA256) {
				t.Errorf("%v: %s: planned %s, found %q", flags, step.Path, step.SHA256, files[step.Path])
			}
		}
		for path, line := range files {
			if !strings.HasPrefix(line, "d") && !planned[path] {
				t.Errorf("%v: %s is written but not planned", flags, path)
			}
		}
		if len(planned) < 40 {
			t.Errorf("%v: only %d files", flags, len(planned))
		}
	}
}

// Sameness: the same Spec gives the same bytes in any folder, locale, time zone and home.
func TestSameness(t *testing.T) {
	r := dice(t)
	for range 6 {
		flags := randomSpec(r)
		here, there := t.TempDir(), filepath.Join(t.TempDir(), "deep", "er")
		if err := os.MkdirAll(there, 0o700); err != nil {
			t.Fatal(err)
		}
		first := contents(t, generate(t, here, "orders", flags...))
		second := hardwrightWith(t, there, []string{"TZ=Asia/Kathmandu", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "HOME=" + there, "GOMAXPROCS=1", "USER=somebody"},
			append([]string{"new", "orders", "--yes", "--quiet", "--git=false"}, flags...)...)
		if second.code != 0 {
			t.Fatal(second.stderr)
		}
		if d := difference(first, contents(t, filepath.Join(there, "orders"))); d != "" {
			t.Errorf("%v:\n%s", flags, d)
		}
	}
}

// Replay: hardwright.yaml, as an answers file, gives the same bytes again.
func TestReplay(t *testing.T) {
	r := dice(t)
	for range 6 {
		flags := randomSpec(r)
		dir := t.TempDir()
		first := generate(t, dir, "orders", flags...)
		again := hardwright(t, dir, "new", "again", "--yes", "--quiet", "--git=false", "--answers", filepath.Join(first, "hardwright.yaml"))
		if again.code != 0 {
			t.Fatalf("%v: %s", flags, again.stderr)
		}
		if d := difference(contents(t, first), contents(t, filepath.Join(dir, "again"))); d != "" {
			t.Errorf("%v:\n%s", flags, d)
		}
	}
}

// Confluence with generators: what a service was made with and what comes later give the same bytes, whatever was generated in between;
// and what comes later goes again without a trace.
func TestConfluenceWithGenerators(t *testing.T) {
	r := dice(t)
	for range 4 {
		database := databases[r.IntN(len(databases))]
		auth := "jwt"
		if database != "none" {
			auth = auths[r.IntN(len(auths))]
		}
		flags := []string{"--database", database, "--auth", auth, "--ci", "none"}
		grow := func(service string) {
			words := [][]string{
				{"resource", "customer", "name:string:max=80", "email:email:unique"},
				{"resource", "invoice", "number:string:max=20:unique", "total:decimal", "customer:belongs-to=customer"},
				{"endpoint", "status", "path=/api/v1/status"},
				{"job", "sweep"},
				{"middleware", "stamp"},
			}
			if database != "none" {
				words = append(words, []string{"migration", "add-index"})
			}
			for _, w := range words {
				if got := hardwright(t, service, append([]string{"generate", "--yes", "--quiet", "--no-build"}, w...)...); got.code != 0 {
					t.Fatalf("%v: generate %v: exit %d\n%s", flags, w, got.code, got.stderr)
				}
			}
		}
		later := generate(t, t.TempDir(), "orders", flags...)
		first := generate(t, t.TempDir(), "orders", append(flags, "--with", "cors,tls", "--deploy", "docker,systemd")...)
		grow(later)
		grow(first)
		before := contents(t, later)
		if got := hardwright(t, later, "add", "cors", "tls", "systemd", "--no-build"); got.code != 0 {
			t.Fatalf("%v: add: exit %d\n%s", flags, got.code, got.stderr)
		}
		if d := difference(contents(t, first), contents(t, later)); d != "" {
			t.Errorf("%v:\n%s", flags, d)
		}
		if got := hardwright(t, later, "remove", "cors", "tls", "systemd", "--no-build"); got.code != 0 {
			t.Fatalf("%v: remove: exit %d\n%s", flags, got.code, got.stderr)
		}
		if d := difference(before, contents(t, later)); d != "" {
			t.Errorf("%v: there and back:\n%s", flags, d)
		}
	}
}

// Wholeness: killed at any moment, new leaves the target absent or complete, and the next new removes what was left beside it.
func TestWholeness(t *testing.T) {
	r := dice(t)
	dir := t.TempDir()
	want := contents(t, generate(t, t.TempDir(), "orders"))
	began := time.Now()
	generate(t, t.TempDir(), "orders")
	took := time.Since(began)
	// The machine may be busier in a moment than it was just now: after a kill that came too early the next may come later, and
	// the other way round, so that kills gather around the moment that matters.
	reach := float64(took)
	absent, complete, left := 0, 0, 0
	for range 60 {
		c := exec.Command(program, "new", "orders", "--yes", "--quiet", "--git=false")
		c.Dir = dir
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.Float64() * 1.25 * reach))
		_ = c.Process.Signal(syscall.SIGKILL) // it may have ended
		_ = c.Wait()
		files := contents(t, dir)
		for path := range files {
			if strings.HasPrefix(path, ".orders.hardwright-") && !strings.Contains(path, "/") {
				left++
			}
		}
		target := filepath.Join(dir, "orders")
		if _, err := os.Lstat(target); err != nil {
			absent++
			reach *= 1.1
			continue
		}
		complete++
		reach /= 1.1
		if d := difference(want, contents(t, target)); d != "" {
			t.Fatalf("neither absent nor complete:\n%s", d)
		}
		if err := os.RemoveAll(target); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("absent %d, complete %d, left-overs seen %d", absent, complete, left)
	if absent == 0 || complete == 0 {
		t.Error("the kills did not fall into the run; the test shows nothing")
	}
	generate(t, dir, "orders")
	for path := range contents(t, dir) {
		if strings.HasPrefix(path, ".orders") {
			t.Errorf("left behind: %s", path)
		}
	}
}

// Wholeness: killed at any moment, add leaves the service as before or as after once the next command that writes has looked at it.
func TestWholenessOfAdd(t *testing.T) {
	r := dice(t)
	before := generate(t, t.TempDir(), "orders")
	after := generate(t, t.TempDir(), "orders", "--with", "cors,tls", "--deploy", "docker,systemd")
	was, is := contents(t, before), contents(t, after)
	began := time.Now()
	dir := t.TempDir()
	run(t, dir, "cp", "-r", before, "first")
	if got := hardwright(t, filepath.Join(dir, "first"), "add", "cors", "tls", "systemd", "--quiet", "--no-build"); got.code != 0 {
		t.Fatal(got.stderr)
	}
	reach := float64(time.Since(began))
	first, last, between := 0, 0, 0
	for tries := 0; tries < 40 || tries < 400 && between < 3; tries++ { // the moment between the two is short
		service := filepath.Join(t.TempDir(), "orders")
		run(t, dir, "cp", "-r", before, service)
		c := exec.Command(program, "add", "cors", "tls", "systemd", "--quiet", "--no-build")
		c.Dir = service
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration((0.5 + r.Float64()) * reach))
		_ = c.Process.Signal(syscall.SIGKILL) // it may have ended
		_ = c.Wait()
		left := contents(t, service)
		switch {
		case difference(left, was) == "":
			first++
			reach *= 1.1
			continue
		case difference(left, is) == "":
			last++
			reach /= 1.1
			continue
		}
		between++
		// The next command that writes is one that has nothing to do by itself.
		if got := hardwright(t, service, "remove", "github", "--dry-run"); got.code != 1 || !strings.Contains(got.stderr, "interrupted") {
			t.Errorf("exit %d: %s", got.code, got.stderr)
		}
		got := hardwright(t, service, "add", "headers")
		if got.code != 0 || !strings.Contains(got.stderr, "interrupted run") && !strings.Contains(got.stderr, "was interrupted") {
			t.Fatalf("exit %d, and does not say what it finished:\n%s", got.code, got.stderr)
		}
		if now := contents(t, service); difference(now, was) != "" && difference(now, is) != "" {
			t.Fatalf("neither as before nor as after:\n%s", difference(now, is))
		}
	}
	t.Logf("as before %d, as after %d, in between %d", first, last, between)
	if first == 0 || last == 0 || between == 0 {
		t.Error("the kills did not fall into the run; the test shows nothing")
	}
}

// Enclosure: no name, module, target or link makes new write outside its target.
func TestEnclosure(t *testing.T) {
	outside := t.TempDir()
	for name, args := range map[string][]string{
		"parent":             {"new", "../escape", "--yes", "--name", "../../escape"},
		"absolute name":      {"new", "--yes", "--name", "/etc/x"},
		"template name":      {"new", "--yes", "--name", "{{.Module}}"},
		"shell name":         {"new", "--yes", "--name", "a;touch pwned"},
		"go in the module":   {"new", "a", "--yes", "--module", "example.com/a\"\nimport \"os"},
		"module with dots":   {"new", "a", "--yes", "--module", "example.com/../../a"},
		"device name":        {"new", "--yes", "--name", "con"},
		"contact with CRLF":  {"new", "a", "--yes", "--contact", "mailto:a@example.com\r\nContact: mailto:b@example.com"},
		"contact javascript": {"new", "a", "--yes", "--contact", "javascript:alert(1)"},
		"cookie injection":   {"new", "a", "--yes", "--set", "session.cookie=a\"; Domain=evil.example"},
	} {
		dir := t.TempDir()
		r := hardwright(t, dir, append(args, "--git=false")...)
		if r.code != 2 {
			t.Errorf("%s: exit %d, want 2\n%s", name, r.code, r.stderr)
		}
		if got := contents(t, dir); len(got) != 0 {
			t.Errorf("%s: wrote %v", name, got)
		}
		if strings.ContainsAny(r.stderr, "\r\x1b\x00") {
			t.Errorf("%s: control characters come back: %q", name, r.stderr)
		}
	}
	// A link where the target should be is not followed.
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "orders")); err != nil {
		t.Fatal(err)
	}
	if r := hardwright(t, dir, "new", "orders", "--yes", "--git=false"); r.code != 2 {
		t.Errorf("linked target: exit %d, want 2\n%s", r.code, r.stderr)
	}
	if got := contents(t, outside); len(got) != 0 {
		t.Errorf("wrote through a link: %v", got)
	}
}

// Tidiness: what random Specs give is gofmt-clean, vets, builds and is tidy, offline.
func TestTidiness(t *testing.T) {
	if testing.Short() {
		t.Skip("builds take minutes; make test runs them")
	}
	r := dice(t)
	for range 4 {
		flags := randomSpec(r)
		t.Run(strings.ReplaceAll(strings.Join(flags, " "), "/", "|"), func(t *testing.T) {
			service := generate(t, t.TempDir(), "orders", flags...)
			if out := run(t, service, "gofmt", "-l", "."); out != "" {
				t.Errorf("not gofmt-clean:\n%s", out)
			}
			run(t, service, "go", "mod", "tidy", "-diff")
			run(t, service, "go", "vet", "./...")
		})
	}
}
