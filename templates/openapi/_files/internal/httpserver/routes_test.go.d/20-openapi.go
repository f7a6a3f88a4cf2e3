package httpserver

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"example.com/app/internal/openapi/openapitest"
)

// The document lists exactly the routes, and says of each whether it needs credentials. A route is added with its fragment.
func TestDocumentIsTheRoutes(t *testing.T) {
	var document struct {
		Paths    map[string]map[string]json.RawMessage `json:"paths"`
		Security []map[string][]string                 `json:"security"`
	}
	openapitest.Read(t, &document)
	described := map[string]bool{} // operation → anyone may call it
	for path, operations := range document.Paths {
		for method, raw := range operations {
			if method == "parameters" {
				continue
			}
			var operation struct {
				Security *[]map[string][]string `json:"security"`
			}
			if err := json.Unmarshal(raw, &operation); err != nil {
				t.Fatal(err)
			}
			open := len(document.Security) == 0
			if operation.Security != nil {
				open = len(*operation.Security) == 0
			}
			described[strings.ToUpper(method)+" "+path] = open
		}
	}
	var routed []string
	for _, r := range routes(Handlers{}) {
		operation := strings.TrimSuffix(r.Pattern, "{$}")
		routed = append(routed, operation)
		open, ok := described[operation]
		switch {
		case !ok:
			t.Errorf("%s is a route but not in the document", operation)
		case open != (r.Policy.name == Anyone.name):
			t.Errorf("%s: the route says %s, the document says open %v", operation, r.Policy.name, open)
		}
	}
	for operation := range described {
		if !slices.Contains(routed, operation) {
			t.Errorf("%s is in the document but no route", operation)
		}
	}
}
