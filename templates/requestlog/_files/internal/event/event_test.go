package event

import (
	"bytes"
	"context"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
)

// types reads every event.Type of this package from its source: constants cannot be listed otherwise.
func types(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Type" {
				return true
			}
			for _, value := range spec.Values {
				name, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				names = append(names, name)
			}
			return true
		})
	}
	slices.Sort(names)
	return names
}

// docs/security/operations.md lists exactly the events that the code has (ASVS 5.0.0 V16.1.1).
func TestInventory(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "security", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## Security events")
	section, _, _ = strings.Cut(section, "\n## ")
	var listed []string
	for _, match := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(section, -1) {
		listed = append(listed, match[1])
	}
	slices.Sort(listed)
	want := types(t)
	if len(want) < 10 {
		t.Fatalf("only %d types found: %v", len(want), want)
	}
	if !slices.Equal(slices.Compact(slices.Clone(want)), want) {
		t.Errorf("two types share a name: %v", want)
	}
	if !slices.Equal(listed, want) {
		t.Errorf("docs/security/operations.md lists\n%v\nthe code has\n%v", listed, want)
	}
}

func TestLog(t *testing.T) {
	var out bytes.Buffer
	m := metrics.New()
	ctx := metrics.Into(logging.Into(context.Background(), logging.New(&out, slog.LevelInfo)), m)
	Log(ctx, RateLimited, slog.String("policy", "auth"))
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line["event"] != "rate_limited" || line["policy"] != "auth" || line["level"] != "WARN" || line["msg"] != "security event" {
		t.Errorf("line: %v", line)
	}
	out.Reset()
	Log(ctx, Started)
	if !strings.Contains(out.String(), `"level":"INFO"`) {
		t.Errorf("a start is no warning: %s", out.String())
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if !strings.Contains(w.Body.String(), `security_events_total{event="rate_limited"} 1`) {
		t.Error("not counted")
	}
}
