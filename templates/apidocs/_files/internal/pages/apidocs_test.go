package pages

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"example.com/app/internal/openapi"
)

// The page shows every operation and schema of the document, every link on it leads somewhere, and nothing runs.
func TestAPIDocs(t *testing.T) {
	page := get(t, APIDocs).Body.String()
	var d struct {
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(openapi.Document(), &d); err != nil {
		t.Fatal(err)
	}
	for path, operations := range d.Paths {
		for method := range operations {
			if heading := strings.ToUpper(method) + " " + path + "</code></h3>"; method != "parameters" && strings.Count(page, heading) != 1 {
				t.Errorf("%s %s is on the page %d times", method, path, strings.Count(page, heading))
			}
		}
	}
	for name := range d.Components.Schemas {
		if !strings.Contains(page, `<h3 id="`+name+`">`) {
			t.Errorf("schema %s is not on the page", name)
		}
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `id="`+m[1]+`"`) {
			t.Errorf("#%s leads nowhere", m[1])
		}
	}
	if regexp.MustCompile(`<script|\bon[a-z]+=| style=|javascript:|https?://`).MatchString(page) {
		t.Error("the page runs or loads something")
	}
}

// What the document says is a value on a page like any other (J5).
func TestAPIDocsEscapes(t *testing.T) {
	var d apiDocument
	if err := json.Unmarshal([]byte(`{"info":{"title":"<script>alert(1)</script>"},"tags":[{"name":"<b>a"}],
		"paths":{"/<i>":{"get":{"tags":["<b>a"],"summary":"<u>"}}},"components":{"schemas":{"<s>":{"type":"string"}}}}`), &d); err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := templates.ExecuteTemplate(&page, "apidocs.html", map[string]any{"Nonce": "n", "Data": d}); err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`<(script|b|i|u|s)>`).FindString(page.String()); found != "" {
		t.Errorf("%s in %s", found, page.String())
	}
}
