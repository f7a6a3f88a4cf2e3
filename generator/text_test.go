package generator

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/spec"
	"github.com/hardwright/hardwright/templates"
)

// A text is a file as some service has it.
type text struct {
	path, content string
	spec          string // a service that has it
}

// texts renders every choice of database, authentication, CI and deployment, each with all extras and with none: each different content of
// each file, once.
var texts = sync.OnceValues(func() ([]text, error) {
	c, err := component.Load(templates.FS)
	if err != nil {
		return nil, err
	}
	base := spec.Spec{Name: "orders", Module: "example.com/orders"}
	seen := map[string]text{}
	deploy := c.Names(component.Deploy)
	choices := [][]string{{}, deploy}
	for _, d := range deploy {
		if testing.Short() {
			break
		}
		choices = append(choices, []string{d})
	}
	var all []spec.Spec
	for _, s := range c.Samples(base) {
		for _, s.Deploy = range choices {
			all = append(all, s)
		}
	}
	for _, s := range all {
		if !c.Legal(s) {
			continue
		}
		sel, err := c.Resolve(s)
		if err != nil {
			return nil, err
		}
		r, err := render.Service(c, sel)
		if err != nil {
			return nil, err
		}
		for p, f := range r.Files {
			key := p + "\x00" + string(f.Data)
			if _, ok := seen[key]; !ok {
				seen[key] = text{p, string(f.Data), fmt.Sprintf("database %s, auth %s, deploy %v, ci %s, with %v, without %v", s.Database, s.Auth, s.Deploy, s.CI, s.With, s.Without)}
			}
		}
	}
	var out []text
	for _, key := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, seen[key])
	}
	return out, nil
})

func allTexts(t *testing.T) []text {
	t.Helper()
	all, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 300 {
		t.Fatalf("only %d texts", len(all))
	}
	return all
}

// Markdown is well formed in every combination: blank lines around headings, tables and code, none doubled, no space at the end of a line,
// no empty cell, nothing left of a template.
func TestMarkdown(t *testing.T) {
	told := map[string]bool{}
	for _, x := range allTexts(t) {
		if path.Ext(x.path) != ".md" {
			continue
		}
		for _, wrong := range markdown(x.content) {
			if wrong = x.path + wrong; !told[wrong] {
				told[wrong] = true
				t.Errorf("%s\n(%s)", wrong, x.spec)
			}
		}
	}
}

// markdown lists what is wrong with a text.
func markdown(content string) []string {
	var out []string
	lines := strings.Split(strings.TrimSuffix(content, "\n"), "\n")
	if !strings.HasPrefix(content, "# ") || !strings.HasSuffix(content, "\n") || strings.HasSuffix(content, "\n\n") {
		out = append(out, ": does not begin with its title, or does not end with one line break")
	}
	kind := func(i int) string {
		switch {
		case i < 0 || i >= len(lines) || lines[i] == "":
			return ""
		case strings.HasPrefix(lines[i], "#"):
			return "heading"
		case strings.HasPrefix(lines[i], "|"):
			return "table"
		case strings.HasPrefix(lines[i], "    "):
			return "code"
		case strings.HasPrefix(lines[i], "- ") || strings.HasPrefix(lines[i], "  ") || regexp.MustCompile(`^\d+\. `).MatchString(lines[i]):
			return "list"
		}
		return "text"
	}
	fenced := false
	for i, line := range lines {
		at := func(format string, args ...any) {
			out = append(out, fmt.Sprintf(": %s: %q", fmt.Sprintf(format, args...), line))
		}
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if fenced {
			continue
		}
		now, before := kind(i), kind(i-1)
		switch {
		case strings.TrimRight(line, " \t") != line:
			at("space at the end")
		case strings.Contains(line, "<no value>") || strings.Contains(line, "{{"):
			at("a template shows through")
		case i > 0 && now == "" && before == "":
			at("two blank lines before line %d", i+2)
		case now == "heading" && i > 0 && before != "":
			at("no blank line before a heading")
		case before == "heading" && now != "":
			at("no blank line after a heading")
		case now != before && now != "" && before != "" && (now == "table" || before == "table" || now == "code" && before == "text" || before == "code" && now == "text" || now == "list" && before == "text" || before == "list" && now == "text"):
			at("no blank line between %s and %s", before, now)
		}
		if now == "table" && (strings.Contains(line, "|  |") || strings.Contains(line, "| |") || strings.Contains(line, "``")) {
			at("an empty cell")
		}
	}
	return out
}

func TestMarkdownFinds(t *testing.T) {
	for _, bad := range []string{"text\n", "# T\n\n\ntext\n", "# T\ntext\n", "# T\n\ntext\n## U\n", "# T\n\ntext\n| a |\n|---|\n", "# T\n\n| a |  |\n", "# T\n\ntext\n    code\n",
		"# T\n\ntext \n", "# T\n\n{{.Name}}\n", "# T\n\ntext\n- item\n"} {
		if len(markdown(bad)) == 0 {
			t.Errorf("nothing wrong with %q", bad)
		}
	}
	const good = "# T\n\ntext\n\n- item\n  more\n\n1. one\n\n| a | b |\n|---|---|\n| c | d |\n\n    code\n\n```sh\n# code\n\n\n```\n"
	if wrong := markdown(good); len(wrong) > 0 {
		t.Error(wrong)
	}
}

// What a component does is said in a document of the service.
func TestEveryComponentHasASection(t *testing.T) {
	c, err := component.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range c.All {
		if each.Kind != component.Foreign && each.Document.Name == "" {
			t.Errorf("%s: no document", each.File)
		}
	}
}
