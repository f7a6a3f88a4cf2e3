package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var (
	databases = []string{"none", "sqlite", "postgres"}
	auths     = []string{"none", "session", "jwt", "apikey"}
)

// legal is how many of the combinations above can be generated: all but session without a database.
const legal = 11

// Every legal combination of database and auth builds, vets, is tidy and gofmt-clean, and proves its controls: its own tests and
// the attack suite against the real program, on a real database.
func TestMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("the matrix takes minutes; make test runs it")
	}
	count := 0
	for _, database := range databases {
		for _, auth := range auths {
			dir := t.TempDir()
			flags := []string{"--module", "example.com/team/orders", "--database", database, "--auth", auth,
				"--deploy", "docker,systemd", "--ci", "github", "--with", "cors,tls,apidocs", "--contact", "mailto:security@example.com"}
			if r := hardwright(t, dir, append([]string{"new", "orders", "--yes", "--dry-run"}, flags...)...); r.code == 2 {
				if !strings.Contains(r.stderr, "hint:") {
					t.Errorf("%s × %s is refused without a hint: %s", database, auth, r.stderr)
				}
				continue
			}
			count++
			t.Run(database+"-"+auth, func(t *testing.T) {
				prove(t, generate(t, dir, "orders", flags...))
			})
		}
	}
	if count != legal {
		t.Errorf("%d legal combinations, want %d", count, legal)
	}
}

// prove runs everything that a service can say about itself.
func prove(t *testing.T, service string) {
	t.Helper()
	if out := run(t, service, "gofmt", "-l", "."); out != "" {
		t.Errorf("not gofmt-clean:\n%s", out)
	}
	run(t, service, "go", "mod", "tidy", "-diff")
	run(t, service, "go", "vet", "./...")
	proof := exec.Command("make", "prove")
	proof.Dir, proof.Env = service, append(os.Environ(), "GOPROXY=off")
	if out, err := proof.CombinedOutput(); err != nil {
		t.Errorf("make prove: %v\n%s", err, failures(string(out)))
	}
	b, err := os.ReadFile(filepath.Join(service, "build", "prove.json"))
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Controls []struct{ ID, Result string }
	}
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	results := map[string]int{}
	for _, c := range table.Controls {
		results[c.Result]++
		if c.Result != "pass" {
			t.Errorf("%s: %s", c.ID, c.Result)
		}
	}
	if results["pass"] < 60 {
		t.Errorf("only %d controls are proven: %v", results["pass"], results)
	}
	t.Logf("controls: %v", results)
}

// failures is what prove printed without the controls that passed, which take three lines or more each.
func failures(out string) string {
	var b strings.Builder
	passed := false
	for line := range strings.Lines(out) {
		passed = strings.HasPrefix(line, "pass  ") || passed && strings.HasPrefix(line, "           ")
		if !passed {
			b.WriteString(line)
		}
	}
	return tail(b.String(), 12000)
}
