package categories

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.com/orders/internal/openapi/openapitest"
	"example.com/orders/internal/problem"
)

// The OpenAPI document describes what is read and written.
func TestDocument(t *testing.T) {
	openapitest.Matches(t, "Category", response{})
	openapitest.Matches(t, "CategoryCreate", request{})
	openapitest.Matches(t, "CategoryUpdate", request{})
}

// problems returns what is wrong with a body.
func problems(body string, creating bool) (all []string) {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	_, err := Kind.Read(r, creating)
	for _, e := range problem.From(err).Errors {
		all = append(all, e.Pointer+" "+e.Code)
	}
	return all
}

// Each field has its rules.
func TestRules(t *testing.T) {
	tests := []struct {
		field string
		value any
		code  string
	}{
		{"name", strings.Repeat("é", 201), "too-long"},
		{"name", "\x00", "characters"},
		{"name", nil, "null"},
		{"parent_id", "1", "format"},
		{"rank", 10, "range"},
		{"rank", 0, "range"},
		{"rank", nil, "null"},
	}
	for _, tt := range tests {
		body, err := json.Marshal(map[string]any{tt.field: tt.value})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := problems(string(body), false), []string{"/" + tt.field + " " + tt.code}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// A category without its required fields is refused.
func TestRequired(t *testing.T) {
	got, want := problems(`{}`, true), []string{"/name required"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
