package pages

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"example.com/app/internal/openapi"
)

// The parts of the OpenAPI document that the page shows.
type (
	apiDocument struct {
		Info struct{ Title, Description string }
		Tags []struct{ Name, Description string }
		// Paths are operations by path and method; a path also has its parameters there.
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]apiSchema }
		Security   []map[string][]string
	}
	apiOperation struct {
		Method, Path         string
		Summary, Description string
		Tags                 []string
		Security             *[]map[string][]string
		Parameters           []apiParameter
		RequestBody          struct{ Content map[string]apiContent }
		Responses            map[string]struct {
			Ref         string `json:"$ref"`
			Description string
			Content     map[string]apiContent
		}
	}
	apiParameter struct {
		Name, In, Description string
		Required              bool
		Schema                apiSchema
	}
	apiContent struct{ Schema apiSchema }
	apiSchema  struct {
		Ref         string `json:"$ref"`
		Type        any
		Format      string
		Description string
		Enum        []string
		Items       *apiSchema
		Required    []string
		Properties  map[string]apiSchema
	}
)

// APIDocs shows the OpenAPI document.
func APIDocs(w http.ResponseWriter, r *http.Request) error {
	return render(w, r, "apidocs.html", apiDocs())
}

// apiDocs reads the document once. It is part of the program: one that cannot be read is our own mistake, which a test sees.
var apiDocs = sync.OnceValue(func() apiDocument {
	var d apiDocument
	if err := json.Unmarshal(openapi.Document(), &d); err != nil {
		panic("pages: read the OpenAPI document: " + err.Error())
	}
	return d
})

// Operations returns the operations with a tag, by path.
func (d apiDocument) Operations(tag string) ([]apiOperation, error) {
	var all []apiOperation
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range []string{"get", "post", "patch", "put", "delete"} {
			raw, ok := d.Paths[path][method]
			if !ok {
				continue
			}
			o := apiOperation{Method: strings.ToUpper(method), Path: path}
			if err := json.Unmarshal(raw, &o); err != nil {
				return nil, fmt.Errorf("read %s %s: %w", method, path, err)
			}
			if slices.Contains(o.Tags, tag) {
				all = append(all, o)
			}
		}
	}
	return all, nil
}

// Open reports whether an operation needs no credentials.
func (d apiDocument) Open(o apiOperation) bool {
	if o.Security != nil {
		return len(*o.Security) == 0
	}
	return len(d.Security) == 0
}

// Name is the schema that another refers to, or "".
func (s apiSchema) Name() string { return strings.TrimPrefix(s.Ref, "#/components/schemas/") }

// Kind is the type of a value, in words.
func (s apiSchema) Kind() string {
	kind := fmt.Sprint(s.Type)
	if several, ok := s.Type.([]any); ok {
		kind = strings.Trim(strings.ReplaceAll(fmt.Sprint(several), " ", " or "), "[]")
	}
	switch {
	case s.Type == nil:
		return "value"
	case s.Format != "":
		return kind + ", " + s.Format
	case len(s.Enum) > 0:
		return kind + ": " + strings.Join(s.Enum, ", ")
	}
	return kind
}

// Has reports whether a property is required.
func (s apiSchema) Has(property string) bool { return slices.Contains(s.Required, property) }
