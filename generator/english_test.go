package generator

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dated are words that a reader stumbles over, where the field has its own. "weak setting" and "firewall" stay.
var dated = regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
	`mend(s|ed|ing)?`, `whoever`, `whatever`, `hears? of`, `hearing of`, `stands? (in|beside|behind|before|there)`, `standing in`, `(is|are) there (already|twice)`, `there already`, `by the dice`,
	`weakness(es)?`, `walls?`, `goodbye`, `dearest`, `addresses? of the network`, `network's address`, `brings?`, `comes? (along|with)`, `middleware of yours`, `that is none`, `are none of`,
	`hangs? up on`, `hung up on`, `(may|can)not be had`, `may not be had`, `judges?`, `judged`, `illegal`,
}, "|") + `)\b`)

// datedNames are identifiers that say what a thing is like and not what it is.
var datedNames = []string{"loosely", "dearest", "goodbye", "moment", "familiar", "fewest"}

// The services speak plain American English: documents, comments, messages and names.
func TestEnglish(t *testing.T) {
	told := map[string]bool{}
	for _, x := range allTexts(t) {
		var found []string
		if path.Ext(x.path) == ".go" {
			found = datedInGo(t, x)
		} else if path.Base(x.path) != "go.sum" {
			for line := range strings.Lines(x.content) {
				if dated.MatchString(line) {
					found = append(found, strings.TrimSpace(line))
				}
			}
		}
		for _, f := range found {
			if f = x.path + ": " + f; !told[f] {
				told[f] = true
				t.Error(f)
			}
		}
	}
}

// datedInGo looks at comments, strings and names.
func datedInGo(t *testing.T, x text) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), x.path, x.content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range f.Comments {
		for line := range strings.Lines(strings.Join(strings.Fields(c.Text()), " ")) {
			if m := dated.FindString(line); m != "" {
				out = append(out, fmt.Sprintf("comment %q: %.150s", m, line))
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING && dated.MatchString(n.Value) && path.Base(x.path) != "blocklist.go" { // its words are passwords
				out = append(out, fmt.Sprintf("string %.150s", n.Value))
			}
		case *ast.Ident:
			if slices.Contains(datedNames, n.Name) {
				out = append(out, "name "+n.Name)
			}
		}
		return true
	})
	return out
}
