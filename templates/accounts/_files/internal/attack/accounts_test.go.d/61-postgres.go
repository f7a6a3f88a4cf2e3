package attack

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// backup runs the command of docs/security/data.md.
func (s *service) backup(t *testing.T, file string) {
	t.Helper()
	s.shell(t, "pg_dump", regexp.MustCompile(`--file=.*\.dump`), "--file="+file)
}

// restore empties the database and runs the command of docs/security/data.md.
func (s *service) restore(t *testing.T, file string) {
	t.Helper()
	s.dropTables(t)
	s.shell(t, "pg_restore", regexp.MustCompile(`\S+\.dump$`), file)
}

// shell runs the line of the document that has a program of PostgreSQL in it, with the service's settings and as its user.
func (s *service) shell(t *testing.T, program string, name *regexp.Regexp, file string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "security", "data.md"))
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^    .*\b` + program + ` .*$`).FindString(string(page))
	if line = strings.TrimSpace(line); !name.MatchString(line) {
		t.Fatalf("the document has no line with %s: %q", program, line)
	}
	path, err := exec.LookPath(program)
	if err != nil { // where Debian has it
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + program)
		if len(found) == 0 {
			t.Fatalf("%s: %v", program, err)
		}
		path = found[len(found)-1]
	}
	c := exec.Command("sh", "-c", name.ReplaceAllString(line, file))
	c.Dir, c.SysProcAttr = s.dir, unprivileged()
	c.Env = append(s.env, "PATH="+filepath.Dir(path)+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", c, err, out)
	}
}
