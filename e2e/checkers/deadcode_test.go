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

// What is not chosen leaves no trace: in every combination of database and auth, with no extras and with all, the program reaches each function
// of its packages.
func TestNoDeadCode(t *testing.T) {
	dir := t.TempDir()
	deadcode := filepath.Join(dir, "deadcode")
	if out, err := exec.Command("go", "build", "-o", deadcode, "golang.org/x/tools/cmd/deadcode").CombinedOutput(); err != nil {
		t.Fatalf("build deadcode: %v\n%s", err, out)
	}
	combinations := 0
	for _, database := range []string{"none", "sqlite", "postgres"} {
		for _, auth := range []string{"none", "session", "jwt", "apikey"} {
			if database == "none" && auth == "session" {
				continue // there is nowhere to keep accounts
			}
			for extras, flags := range map[string][]string{
				"bare": {"--deploy", "none", "--ci", "none", "--without", "fieldcrypt,notes"},
				"full": {"--deploy", "docker,systemd", "--with", "cors,tls,apidocs"},
			} {
				if database == "none" && extras == "bare" {
					flags = flags[:4:4]
					flags = append(flags, "--without", "notes")
				}
				combinations++
				name := database + "-" + auth + "-" + extras
				service := filepath.Join(dir, name)
				flags = append([]string{"new", service, "--name", "orders", "--module", "example.com/orders", "--yes", "--quiet", "--git=false", "--database", database, "--auth", auth}, flags...)
				if out, err := exec.Command(program, flags...).CombinedOutput(); err != nil {
					t.Fatalf("hardwright: %v\n%s", err, out)
				}
				check := exec.Command(deadcode, "./cmd/...")
				check.Dir = service
				out, err := check.CombinedOutput()
				if err != nil {
					t.Fatalf("%s: %v\n%s", name, err, out)
				}
				for line := range strings.Lines(string(out)) {
					_, method, found := strings.Cut(strings.TrimSpace(line), "unreachable func: ")
					if strings.HasPrefix(line, "internal/request/") && extras == "bare" {
						continue // what handlers call: without the sample domain, the service waits for those of its owner
					}
					if !found || !slices.Contains(onlyFmtCalls, method) {
						t.Errorf("%s: %s", name, line)
					}
				}
			}
		}
	}
	if combinations != 22 {
		t.Errorf("%d combinations", combinations)
	}
}
