package render

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/spec"
)

var documented = map[string]string{
	"a/component.yaml": base + "document: {name: http, order: 200}\n",
	"a/README.md":      "# A of {{.Name}}\n\n## More\n\n```sh\n# a comment\n```\n\n    # code\n",
	"a/_files/docs/security/http.md.d/000-introduction.md": "# HTTP\n\nAll of it.\n",
	"a/_files/docs/security/data.md.d/000-introduction.md": "# Data\n",
	"b/component.yaml": "name: b\nkind: base\nsummary: B.\ndocument: {name: http, order: 100}\n",
	"b/README.md":      "# B\n",
	"c/component.yaml": "name: c\nkind: extra\nsummary: C.\ndocument: {name: data, order: 1}\n",
	"c/README.md":      "# C\n",
	"d/component.yaml": "name: d\nkind: base\nsummary: D.\n",
	"d/README.md":      "# For people who write components\n",
}

func TestDocuments(t *testing.T) {
	r, err := rendered(t, orders, documented)
	if err != nil {
		t.Fatal(err)
	}
	const want = "# HTTP\n\nAll of it.\n\n## B\n\n## A of orders\n\n### More\n\n```sh\n# a comment\n```\n\n    # code\n"
	if got := string(r.Files["docs/security/http.md"].Data); got != want {
		t.Errorf("%s", got)
	}
	if len(r.Files) != 1 {
		t.Errorf("%d files: a document without sections, or a README without a document, is in the service", len(r.Files))
	}
}

// What explain shows is text and no template.
func TestReadme(t *testing.T) {
	fsys := fstest.MapFS{}
	for p, text := range documented {
		fsys[p] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := component.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := c.Get("a")
	got, err := Readme(c, []spec.Spec{orders}, a)
	if err != nil || !strings.HasPrefix(string(got), "# A of orders\n") {
		t.Errorf("%v\n%s", err, got)
	}
}
