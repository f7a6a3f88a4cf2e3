package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is the first code block under a heading of the README.
func block(t *testing.T, readme, heading string) string {
	t.Helper()
	_, section, ok := strings.Cut(readme, "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("README has no section %q", heading)
	}
	_, code, ok := strings.Cut(section, "```sh\n")
	if !ok {
		t.Fatalf("%q has no code block", heading)
	}
	code, _, _ = strings.Cut(code, "```")
	return code
}

// What the README says first works, word for word, in a fresh copy of the checkout with a fresh home and no terminal.
func TestQuickStart(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a service; make test runs it")
	}
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	checkout := filepath.Join(t.TempDir(), "hardwright")
	run(t, "..", "git", "clone", "-q", "--no-hardlinks", ".", checkout)
	c := exec.Command("sh", "-e", "-c", block(t, string(b), "Quick start"))
	c.Dir = checkout
	cache := strings.TrimSpace(run(t, "..", "go", "env", "GOCACHE"))
	modules := strings.TrimSpace(run(t, "..", "go", "env", "GOMODCACHE"))
	c.Env = append(os.Environ(), "HOME="+t.TempDir(), "GOCACHE="+cache, "GOMODCACHE="+modules)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, tail(string(out), 6000))
	}
}

func TestReadme(t *testing.T) {
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(block(t, string(b), "Tests")); got != "make test" {
		t.Errorf("the block under Tests is %q", got)
	}
	ci, err := os.ReadFile("../.ci/run")
	if err != nil || !strings.Contains(string(ci), "\nmake test\n") {
		t.Errorf(".ci/run does not call make test: %v", err)
	}
	links := regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(string(b), -1)
	if len(links) < 10 {
		t.Errorf("only %d links", len(links))
	}
	for _, link := range links {
		if strings.Contains(link[1], "://") {
			continue
		}
		if _, err := os.Stat(filepath.Join("..", link[1])); err != nil {
			t.Errorf("the README names %s: %v", link[1], err)
		}
	}
}
