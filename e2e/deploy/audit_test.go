package deploy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"path/filepath"
	"testing"
)

const (
	govulncheck = "golang.org/x/vuln/cmd/govulncheck"
	gitleaks    = "github.com/zricethezav/gitleaks/v8"
)

// database writes a vulnerability database with one advisory, or none.
func database(t *testing.T, advisory bool) string {
	t.Helper()
	dir := t.TempDir()
	index, vulns := "[]", "[]"
	if advisory {
		index = `[{"path":"stdlib","vulns":[{"id":"GO-2026-9999","modified":"2026-01-01T00:00:00Z","fixed":"1.99.0"}]}]`
		vulns = `[{"id":"GO-2026-9999","modified":"2026-01-01T00:00:00Z"}]`
		write(t, filepath.Join(dir, "ID", "GO-2026-9999.json"), `{
			"schema_version":"1.3.1","id":"GO-2026-9999","modified":"2026-01-01T00:00:00Z","published":"2026-01-01T00:00:00Z",
			"summary":"Planted by a test","details":"Planted by a test.",
			"database_specific":{"url":"https://example.com/GO-2026-9999"},
			"affected":[{"package":{"name":"stdlib","ecosystem":"Go"},
				"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.99.0"}]}],
				"ecosystem_specific":{"imports":[{"path":"net/http","symbols":["Server.Serve"]}]}}]}`)
	}
	write(t, filepath.Join(dir, "index", "db.json"), `{"modified":"2026-01-01T00:00:00Z"}`)
	write(t, filepath.Join(dir, "index", "modules.json"), index)
	write(t, filepath.Join(dir, "index", "vulns.json"), vulns)
	return "file://" + dir
}

// An advisory for code that the service reaches stops the audit; without one it passes.
func TestKnownVulnerabilityStopsTheAudit(t *testing.T) {
	service := choice{"none", "none"}.generate(t)
	check := shipped(t, service, govulncheck)
	if out, code := run(t, service, nil, check, "-db", database(t, false), "./..."); code != 0 {
		t.Errorf("no advisory: exit %d\n%s", code, out)
	}
	planted := database(t, true)
	if out, code := run(t, service, nil, check, "-db", planted, "./..."); code != 3 {
		t.Errorf("a planted advisory: exit %d, want 3\n%s", code, out)
	}
	if out, code := run(t, service, nil, "make", "audit", "GOVULNCHECK="+check+" -db "+planted, "GITLEAKS=true"); code == 0 {
		t.Errorf("make audit passes with a planted advisory:\n%s", out)
	}
	if out, code := run(t, service, nil, "make", "audit", "GOVULNCHECK="+check+" -db "+database(t, false), "GITLEAKS=true"); code != 0 {
		t.Errorf("make audit fails without an advisory: exit %d\n%s", code, out)
	}
}

// random returns n characters of an alphabet.
func random(alphabet string, n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}

// A secret of each kind is found, in files and in the history, and nothing is found where there is none. The secrets are made here
// and now: none is in this repository.
func TestSecretsStopTheAudit(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	ring := make([]byte, 32)
	_, _ = rand.Read(ring) // never fails
	for _, c := range choices {
		service := c.generate(t)
		leaks := shipped(t, service, gitleaks)
		commit(t, service)
		for _, where := range []string{"dir", "git"} {
			if out, code := run(t, service, nil, leaks, where, "--no-banner", "--redact", "--verbose", "."); code != 0 {
				t.Errorf("%v: gitleaks %s on what was generated: exit %d\n%s", c, where, code, out)
			}
		}
	}
	service := choice{"sqlite", "apikey"}.generate(t)
	leaks := shipped(t, service, gitleaks)
	prefix := regexpFind(t, read(t, filepath.Join(service, ".gitleaks.toml")), `\\b([A-Za-z0-9]+)_\[A-Za-z0-9_-\]`)
	for kind, text := range map[string]string{
		"cloud key":   "aws = AKIA" + random("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16) + "\n",
		"private key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"key ring":    "ENCRYPTION_KEYS=k1:" + base64.StdEncoding.EncodeToString(ring) + "\n",
		"API key":     "curl -H 'Authorization: Bearer " + prefix + "_" + random("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 60) + "'\n",
	} {
		t.Run(kind, func(t *testing.T) {
			service := choice{"sqlite", "apikey"}.generate(t)
			commit(t, service)
			write(t, filepath.Join(service, "notes.txt"), text)
			if out, code := run(t, service, nil, leaks, "dir", "--no-banner", "--redact", "."); code != 1 {
				t.Errorf("in a file: exit %d\n%s", code, out)
			}
			git(t, service, "add", "notes.txt")
			if out, code := run(t, service, nil, leaks, "git", "--pre-commit", "--staged", "--no-banner", "--redact", "."); code != 1 {
				t.Errorf("about to be committed: exit %d\n%s", code, out)
			}
			git(t, service, "commit", "--quiet", "--message", "notes")
			git(t, service, "rm", "--quiet", "notes.txt")
			git(t, service, "commit", "--quiet", "--message", "no notes")
			if out, code := run(t, service, nil, leaks, "git", "--no-banner", "--redact", "."); code != 1 {
				t.Errorf("in the history: exit %d\n%s", code, out)
			}
			if out, code := run(t, service, nil, "make", "audit", "GOVULNCHECK=true", "GITLEAKS="+leaks); code == 0 {
				t.Errorf("make audit passes:\n%s", out)
			}
		})
	}
}
