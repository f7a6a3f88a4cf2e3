// Package openapitest compares the OpenAPI document with the Go types that are read and written, so that a field that is added to one
// and forgotten in the other is a failing test.
package openapitest

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/openapi"
)

// A schema is what is compared. A property may refer to another schema.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       any               `json:"type"` // a name or several
	Default    any               `json:"default"`
	OneOf      []schema          `json:"oneOf"`
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
}

// Read reads the document, as clients get it, into v.
func Read(t *testing.T, v any) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := openapi.Serve(w, nil); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil {
		t.Fatal(err)
	}
}

// Matches fails t unless the named schema has exactly the properties that encoding/json reads into or writes from v, a struct, with their
// types. A property without a default that is always written has to be required; a pointer, in a request, may be either.
func Matches(t *testing.T, name string, v any) {
	t.Helper()
	var document struct {
		Components struct{ Schemas map[string]schema }
	}
	Read(t, &document)
	s, ok := document.Components.Schemas[name]
	if !ok {
		t.Fatalf("the OpenAPI document has no schema %s", name)
	}
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag != "" && tag != "-" {
			fields[tag] = f
		}
	}
	for property, f := range fields {
		is, described := s.Properties[property]
		if ref, ok := strings.CutPrefix(is.Ref, "#/components/schemas/"); ok {
			is = document.Components.Schemas[ref]
		}
		if !described {
			t.Errorf("schema %s has no property %s, which %T has", name, property, v)
			continue
		}
		if want := typeOf(f.Type); !slices.Contains(is.types(), want) {
			t.Errorf("schema %s: %s is %v, want %s for %s", name, property, is.types(), want, f.Type)
		}
		always := is.Default == nil && f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Struct && !strings.HasSuffix(f.Tag.Get("json"), ",omitempty")
		if always && !slices.Contains(s.Required, property) {
			t.Errorf("schema %s: %s is always there, and not required", name, property)
		}
	}
	for _, property := range slices.Sorted(maps.Keys(s.Properties)) {
		if _, there := fields[property]; !there {
			t.Errorf("schema %s has the property %s, which %T lacks", name, property, v)
		}
	}
}

// types are the types that a schema allows.
func (s schema) types() (all []string) {
	switch is := s.Type.(type) {
	case string:
		all = append(all, is)
	case []any:
		for _, one := range is {
			if name, ok := one.(string); ok {
				all = append(all, name)
			}
		}
	}
	for _, one := range s.OneOf {
		all = append(all, one.types()...)
	}
	return all
}

// typeOf is the JSON type of a Go type. A struct that reads itself is an optional value: its type is that of its field Value.
func typeOf(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) && t != reflect.TypeFor[time.Time]() {
		if value, ok := t.FieldByName("Value"); ok {
			return typeOf(value.Type)
		}
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "integer"
	case reflect.Float64:
		return "number"
	case reflect.Slice:
		return "array"
	case reflect.String:
		return "string"
	}
	if t == reflect.TypeFor[time.Time]() {
		return "string"
	}
	return "object"
}
