package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const golangci = "github.com/golangci/golangci-lint/v2/cmd/golangci-lint"

// golangci-lint with the service's own rules finds nothing. HARDWRIGHT_FULL=1 judges every combination; otherwise four that hold each component once.
func TestLintFindsNothing(t *testing.T) {
	some := []choice{{"none", "none"}, {"none", "apikey"}, {"sqlite", "session"}, {"postgres", "jwt"}}
	if os.Getenv("HARDWRIGHT_FULL") != "" {
		some = choices
	}
	for _, c := range some {
		service := c.generate(t, "--with", "cors,tls")
		lint := shipped(t, service, golangci)
		if out, code := run(t, service, nil, "make", "lint", "GOLANGCI_LINT="+lint); code != 0 {
			t.Errorf("%v: exit %d\n%s", c, code, out)
		}
	}
}

// A bug of each kind is found by the linter that is there for it.
func TestLintFindsPlantedBugs(t *testing.T) {
	bugs := map[string]string{
		"gosec":         `import "crypto/tls"` + "\nvar C = tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true}\n",
		"depguard":      `import "crypto/md5"` + "\nvar H = md5.New\n",
		"forbidigo":     `import "net/http"` + "\nvar H = http.TimeoutHandler\n",
		"errorlint":     `import "io"` + "\nfunc End(err error) bool { return err == io.EOF }\n",
		"noctx":         `import "net/http"` + "\nfunc R() (*http.Request, error) { return http.NewRequest(\"GET\", \"/\", nil) }\n",
		"bodyclose":     `import "net/http"` + "\nfunc Status(c *http.Client, r *http.Request) int {\n\tres, err := c.Do(r)\n\tif err != nil {\n\t\treturn 0\n\t}\n\treturn res.StatusCode\n}\n",
		"rowserrcheck":  "import (\n\t\"context\"\n\t\"database/sql\"\n)\nfunc N(ctx context.Context, db *sql.DB) (n int, err error) {\n\trows, err := db.QueryContext(ctx, \"SELECT 1\")\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\tdefer rows.Close()\n\tfor rows.Next() {\n\t\tn++\n\t}\n\treturn n, nil\n}\n",
		"sqlclosecheck": "import (\n\t\"context\"\n\t\"database/sql\"\n)\nfunc N(ctx context.Context, db *sql.DB) (n int, err error) {\n\trows, err := db.QueryContext(ctx, \"SELECT 1\")\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\tfor rows.Next() {\n\t\tn++\n\t}\n\treturn n, rows.Err()\n}\n",
		"sloglint":      "import \"log/slog\"\nfunc L(s string) { slog.Info(s, \"a\", 1) }\n",
		"bidichk":       "var S = \"\u202e\"\n",
		"contextcheck":  "import \"context\"\nfunc work(ctx context.Context) error { return ctx.Err() }\nfunc W(ctx context.Context) error { return work(context.Background()) }\n",
		"nolintlint":    "var X = 1 //nolint\n",
	}
	service := choice{"none", "none"}.generate(t)
	lint := shipped(t, service, golangci)
	for linter, code := range bugs {
		write(t, filepath.Join(service, "internal", "planted"+linter, "planted.go"), "// Package planted"+linter+" has a bug.\npackage planted"+linter+"\n\n"+code)
	}
	out, code := run(t, service, nil, lint, "run", "--max-issues-per-linter=0", "--max-same-issues=0", "--uniq-by-line=false", "./internal/planted...")
	if code == 0 {
		t.Error("planted bugs pass")
	}
	for linter := range bugs {
		if !regexp.MustCompile(`internal/planted` + linter + `/planted\.go:\d+:.*\(` + linter + `\)`).MatchString(out) {
			t.Errorf("%s does not find the bug planted for it", linter)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

func regexpFind(t testing.TB, text, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if len(m) != 2 {
		t.Fatalf("no %s in:\n%s", pattern, strings.TrimSpace(text))
	}
	return m[1]
}
