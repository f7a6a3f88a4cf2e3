package checkers

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// onlyFmtCalls are the methods that deadcode cannot see called: package fmt and its like find them by reflection.
var onlyFmtCalls = []string{"Secret.String", "Secret.GoString", "Secret.LogValue", "Secret.MarshalText"}

// waiting are what the owner's handlers call, and generated ones: a service without the sample domain has none yet. Package request is too.
var waiting = []string{"Holding", "Owner"}

// What is not chosen leaves no trace: in every combination of database and auth, with no extras and with all, the program reaches each function
// of its packages.
func TestNoDeadCode(t *testing.T) {
	dir := t.TempDir()
	deadcode := filepath.Join(dir, "deadcode")
	if out, err := exec.Command("go", "build", "-o", deadcode, "golang.org/x/tools/cmd/deadcode").CombinedOutput(); err != nil {
		t.Fatalf("build deadcode: %v\n%s", err, out)
	}
	unreachable := func(name string, flags ...string) (lines []string) {
		service := filepath.Join(dir, name)
		flags = append([]string{"new", service, "--name", "orders", "--module", "example.com/orders", "--yes", "--quiet", "--git=false"}, flags...)
		if out, err := exec.Command(program, flags...).CombinedOutput(); err != nil {
			t.Fatalf("hardwright: %v\n%s", err, out)
		}
		check := exec.Command(deadcode, "./cmd/...")
		check.Dir = service
		out, err := check.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return slices.Collect(strings.Lines(string(out)))
	}
	function := func(line string) string {
		_, function, _ := strings.Cut(strings.TrimSpace(line), "unreachable func: ")
		return function
	}
	combinations := 0
	for _, database := range []string{"none", "sqlite", "postgres"} {
		for _, auth := range []string{"none", "session", "jwt", "apikey"} {
			if database == "none" && auth == "session" {
				continue // there is nowhere to keep accounts
			}
			for extras, flags := range map[string][]string{
				"bare": {"--deploy", "none", "--ci", "none"},
				"full": {"--deploy", "docker,systemd", "--with", "cors,tls,apidocs"},
			} {
				combinations++
				name := database + "-" + auth + "-" + extras
				for _, line := range unreachable(name, append(flags, "--database", database, "--auth", auth)...) {
					if !slices.Contains(onlyFmtCalls, function(line)) {
						t.Errorf("%s: %s", name, line)
					}
				}
			}
		}
	}
	if combinations != 22 {
		t.Errorf("%d combinations", combinations)
	}
	for database, auth := range map[string]string{"none": "none", "sqlite": "session", "postgres": "apikey"} {
		without := "notes"
		if database != "none" {
			without += ",fieldcrypt" // there is nothing to encrypt either
		}
		for _, line := range unreachable(database+"-"+auth+"-empty", "--database", database, "--auth", auth, "--without", without) {
			if f := function(line); !slices.Contains(slices.Concat(onlyFmtCalls, waiting), f) && !strings.HasPrefix(line, "internal/request/") {
				t.Errorf("%s and %s without notes: %s", database, auth, line)
			}
		}
	}
}
