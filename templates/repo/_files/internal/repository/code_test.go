package repository

import (
	"go/ast"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// refuse fails the test for each import that is on the list.
func refuse(t *testing.T, packages ...string) {
	t.Helper()
	sources(t, func(name string, f *ast.File) {
		for _, i := range f.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(packages, p) {
				t.Errorf("%s imports %s", name, p)
			}
		}
	})
}

// Broken and retired algorithms (ASVS 5.0.0 V11.3.1, V11.4.1).
func TestOldCryptographyIsAbsent(t *testing.T) {
	refuse(t, "crypto/md5", "crypto/sha1", "crypto/des", "crypto/rc4", "crypto/dsa", "golang.org/x/crypto/md4",
		"golang.org/x/crypto/ripemd160", "golang.org/x/crypto/blowfish", "golang.org/x/crypto/cast5", "golang.org/x/crypto/tea")
}

// Whatever a service draws at random, somebody may want to guess (ASVS 5.0.0 V11.5.1).
func TestRandomnessIsCryptographic(t *testing.T) {
	refuse(t, "math/rand", "math/rand/v2")
}

// No client of the service accepts a certificate that it did not verify (ASVS 5.0.0 V12.3.2).
func TestCertificatesAreVerified(t *testing.T) {
	sources(t, func(name string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			var set []ast.Expr
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				set = []ast.Expr{n.Key}
			case *ast.AssignStmt:
				set = n.Lhs
			}
			for _, e := range set {
				if selector, ok := e.(*ast.SelectorExpr); ok {
					e = selector.Sel
				}
				if id, ok := e.(*ast.Ident); ok && id.Name == "InsecureSkipVerify" {
					t.Errorf("%s sets InsecureSkipVerify", name)
				}
			}
			return true
		})
	})
}

// The linters that look for security mistakes, and the rules that are ours, are on.
func TestLintersAreOn(t *testing.T) {
	config := read(t, ".golangci.yml")
	for _, linter := range []string{"bidichk", "bodyclose", "contextcheck", "depguard", "errorlint", "forbidigo", "gosec", "noctx",
		"rowserrcheck", "sloglint", "sqlclosecheck"} {
		if !regexp.MustCompile(`(?m)^    - ` + linter + `\b`).MatchString(config) {
			t.Errorf(".golangci.yml does not enable %s", linter)
		}
	}
	for _, rule := range []string{"pkg: crypto/md5", "pkg: crypto/sha1", "pkg: crypto/des", "pkg: crypto/rc4", "pkg: math/rand,", "pkg: os/exec"} {
		if !strings.Contains(config, "\n            - {"+rule) {
			t.Errorf(".golangci.yml has no rule %q", rule)
		}
	}
	for _, off := range []string{"disable:", "disable-all", "default: none", "issues-exit-code"} {
		if strings.Contains(config, off) {
			t.Errorf(".golangci.yml says %q", off)
		}
	}
	if !strings.Contains(read(t, "Makefile"), "\n\t$(GOLANGCI_LINT) run\n") {
		t.Error("make lint does not run golangci-lint")
	}
}

// Reviewers can know a handful of modules. Raise the budget on purpose, in a change that says why.
const mostDirect = 12

func TestDependenciesAreFewAndVerified(t *testing.T) {
	direct := 0
	for line := range strings.Lines(read(t, "go.mod")) {
		line = strings.TrimSpace(line)
		switch word, _, _ := strings.Cut(line, " "); word {
		case "replace", "exclude", "toolchain", "ignore":
			t.Errorf("go.mod: %s", line)
		}
		if strings.Contains(line, " v") && !strings.HasSuffix(line, "// indirect") && !strings.HasPrefix(line, "module ") {
			direct++
		}
	}
	if direct > mostDirect {
		t.Errorf("%d direct dependencies, the budget is %d", direct, mostDirect)
	}
	c := exec.Command("go", "mod", "verify")
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("go mod verify: %v\n%s", err, out)
	}
	makefile := read(t, "Makefile")
	for _, step := range []string{"\n\t$(GO) mod verify\n", "\n\t$(GOVULNCHECK) ./...\n"} {
		if !strings.Contains(makefile, step) {
			t.Errorf("make audit does not run %s", strings.TrimSpace(step))
		}
	}
	for _, off := range []string{"GONOSUMDB", "GONOSUMCHECK", "GOFLAGS=-mod=mod", "GOINSECURE", "GOSUMDB"} {
		if strings.Contains(makefile, off) {
			t.Errorf("the Makefile sets %s", off)
		}
	}
}

// What a secret looks like in a file. gitleaks knows many more; these are the ones that this service makes.
var secretLooks = []*regexp.Regexp{
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}`),
	regexp.MustCompile(`\b[a-z0-9][A-Za-z0-9_-]{0,31}:[A-Za-z0-9+/]{43}=`),                   // a key ring: id:base64 of 32 bytes
	regexp.MustCompile(`\b(?:postgres|postgresql|mysql)://[^:/@\s]+:[A-Za-z0-9._~%-]{12,}@`), // a database URL with its password
	regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.`),                   // a token
}

func TestNoSecretsInTheTree(t *testing.T) {
	for _, name := range files(t) {
		if name == "go.sum" {
			continue // its digests look like keys
		}
		text := read(t, name)
		for _, look := range secretLooks {
			if m := look.FindStringIndex(text); m != nil {
				t.Errorf("%s:%d looks like a secret: matches %s", name, 1+strings.Count(text[:m[0]], "\n"), look)
			}
		}
	}
	for _, line := range []string{"/.secrets/", ".env", "*.pem", "*.key"} {
		wantLines(t, ".gitignore", line)
	}
}

func TestSecretsAreScannedFor(t *testing.T) {
	config := read(t, ".gitleaks.toml")
	for _, want := range []string{"useDefault = true", "key ring of"} {
		if !strings.Contains(config, want) {
			t.Errorf(".gitleaks.toml has no %q", want)
		}
	}
	for _, off := range []string{"stopwords", "disabledRules", "_files", "internal"} {
		if strings.Contains(config, off) {
			t.Errorf(".gitleaks.toml excuses %q", off)
		}
	}
	makefile := read(t, "Makefile")
	for _, scan := range []string{"$(GITLEAKS) dir --no-banner --redact .", "$(GITLEAKS) git --no-banner --redact ."} {
		if !strings.Contains(makefile, scan) {
			t.Errorf("make audit does not run %s", scan)
		}
	}
	if !strings.Contains(read(t, ".githooks/pre-commit"), "git --pre-commit --staged") {
		t.Error(".githooks/pre-commit does not look for secrets")
	}
}

// The same files in two folders build to the same bytes: no path, date or name of a machine is in the program (SLSA v1).
func TestBuildIsReproducible(t *testing.T) {
	var programs [2]string
	for i := range programs {
		dir := filepath.Join(t.TempDir(), strings.Repeat("deeper/", i), "service")
		for _, name := range files(t) {
			to := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, []byte(read(t, name)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		out := filepath.Join(dir, "program")
		c := exec.Command("make", "--silent", "build", "OUT="+out)
		c.Dir = dir
		if text, err := c.CombinedOutput(); err != nil {
			t.Fatalf("make build: %v\n%s", err, text)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		programs[i] = string(b)
		if strings.Contains(programs[i], dir) {
			t.Errorf("the program holds %s, where it was built", dir)
		}
	}
	if programs[0] != programs[1] {
		t.Error("two builds of the same files differ")
	}
}

// Whatever reads a stranger's bytes has a fuzz target, make fuzz runs all of them, and the race detector has a target of its own.
func TestParsersAreFuzzed(t *testing.T) {
	target := regexp.MustCompile(`(?m)^func (Fuzz[A-Za-z0-9_]+)\(f \*testing\.F\)`)
	found := 0
	for _, name := range files(t) {
		if strings.HasSuffix(name, "_test.go") {
			found += len(target.FindAllString(read(t, name), -1))
		}
	}
	if found < leastFuzzTargets {
		t.Errorf("%d fuzz targets, want at least %d", found, leastFuzzTargets)
	}
	makefile := read(t, "Makefile")
	for _, want := range []string{"test -list '^Fuzz'", "-fuzztime $(FUZZTIME)", "test -count=1 -race ./..."} {
		if !strings.Contains(makefile, want) {
			t.Errorf("the Makefile has no %q", want)
		}
	}
}

// leastFuzzTargets is how many there were at the start; there is no reason to have fewer.
const leastFuzzTargets = 3

func TestSecurityPolicy(t *testing.T) {
	policy := read(t, "SECURITY.md")
	for _, want := range []string{"## Report a vulnerability", "## Safe harbor", "## How fast we mend", "| critical |", "| high |", "| medium |", "| low |",
		"## Supported versions"} {
		if !strings.Contains(policy, want) {
			t.Errorf("SECURITY.md has no %q", want)
		}
	}
}
