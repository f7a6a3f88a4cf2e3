package repository

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Broken and retired algorithms (ASVS 5.0.0 V11.3.1, V11.4.1), and random numbers that can be predicted (V11.5.1).
func TestImports(t *testing.T) {
	denied := []string{"crypto/md5", "crypto/sha1", "crypto/des", "crypto/rc4", "crypto/dsa", "golang.org/x/crypto/md4",
		"golang.org/x/crypto/ripemd160", "golang.org/x/crypto/blowfish", "golang.org/x/crypto/cast5", "golang.org/x/crypto/tea",
		"math/rand", "math/rand/v2"}
	for name, f := range program(sources(t)) {
		for _, i := range f.Imports {
			if p, err := strconv.Unquote(i.Path.Value); err != nil || slices.Contains(denied, p) {
				t.Errorf("%s imports %s", name, i.Path.Value)
			}
		}
	}
}

// No client of the service accepts a certificate that it did not verify (ASVS 5.0.0 V12.3.2).
func TestCertificatesAreVerified(t *testing.T) {
	set := regexp.MustCompile(`\bInsecureSkipVerify\b\s*(:|=[^=])`)
	for name := range program(sources(t)) {
		if set.MatchString(read(t, name)) {
			t.Errorf("%s sets InsecureSkipVerify", name)
		}
	}
}

// The linters that find security mistakes are on.
func TestLinters(t *testing.T) {
	config := read(t, ".golangci.yml")
	for _, linter := range []string{"bidichk", "bodyclose", "contextcheck", "depguard", "errorlint", "forbidigo", "gosec", "noctx",
		"rowserrcheck", "sloglint", "sqlclosecheck"} {
		if !strings.Contains(config, "\n    - "+linter+" ") {
			t.Errorf(".golangci.yml does not enable %s", linter)
		}
	}
}

// maxDirect is how many modules reviewers can know well. Raise it deliberately, in a change that says why.
const maxDirect = 12

func TestDependencies(t *testing.T) {
	mod := read(t, "go.mod")
	if n := len(regexp.MustCompile(`(?m)^(\t|require )\S+ v\S+$`).FindAllString(mod, -1)); n > maxDirect {
		t.Errorf("%d direct dependencies, at most %d are allowed", n, maxDirect)
	}
	if m := regexp.MustCompile(`(?m)^(replace|exclude|toolchain|ignore)\b.*`).FindString(mod); m != "" {
		t.Errorf("go.mod: %s", m)
	}
}

// secrets is what secrets of this service look like. gitleaks knows many more.
var secrets = []*regexp.Regexp{
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}`),
	regexp.MustCompile(`\b[a-z0-9][A-Za-z0-9_-]{0,31}:[A-Za-z0-9+/]{43}=`),                   // a key ring: id:base64 of 32 bytes
	regexp.MustCompile(`\b(?:postgres|postgresql|mysql)://[^:/@\s]+:[A-Za-z0-9._~%-]{12,}@`), // a database URL with its password
	regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.`),                   // a token
}

func TestNoSecrets(t *testing.T) {
	for _, name := range files(t) {
		text := read(t, name)
		for _, secret := range secrets {
			if m := secret.FindStringIndex(text); m != nil && name != "go.sum" { // its digests look like keys
				t.Errorf("%s:%d looks like a secret: matches %s", name, 1+strings.Count(text[:m[0]], "\n"), secret)
			}
		}
	}
	wantLines(t, ".gitignore", "/.secrets/", ".env", "*.pem", "*.key")
	wantLines(t, ".gitleaks.toml", "useDefault = true")
}

// minFuzzTargets is how many the service had at first.
const minFuzzTargets = 3

func TestParsersAreFuzzed(t *testing.T) {
	found := 0
	for name := range sources(t) {
		found += strings.Count(read(t, name), "\nfunc Fuzz")
	}
	if found < minFuzzTargets {
		t.Errorf("%d fuzz targets, want at least %d", found, minFuzzTargets)
	}
}

// SECURITY.md has remediation times (ASVS 5.0.0 V15.1.1).
func TestSecurityPolicy(t *testing.T) {
	policy := read(t, "SECURITY.md")
	for _, want := range []string{"## Report a vulnerability", "## Safe harbor", "| critical |", "| high |", "| medium |", "| low |"} {
		if !strings.Contains(policy, "\n"+want) {
			t.Errorf("SECURITY.md has no %q", want)
		}
	}
}
