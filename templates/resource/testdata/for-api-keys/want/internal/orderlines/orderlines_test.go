package orderlines

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
	openapitest.Matches(t, "OrderLine", response{})
	openapitest.Matches(t, "OrderLineCreate", request{})
	openapitest.Matches(t, "OrderLineUpdate", request{})
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
		{"group", 2147483648, "range"},
		{"group", -2147483649, "range"},
		{"group", nil, "null"},
		{"user", "somebody", "format"},
		{"big", int64(9007199254740992), "range"},
		{"big", int64(-9007199254740992), "range"},
		{"big", nil, "null"},
		{"ok", "true", "type"},
		{"ok", nil, "null"},
		{"ref", "1", "format"},
		{"ref", nil, "null"},
		{"link", "javascript:alert(1)", "format"},
		{"link", nil, "null"},
		{"body", strings.Repeat("é", 10001), "too-long"},
		{"body", "\x00", "characters"},
		{"body", nil, "null"},
		{"at", "2026-02-28T23:59:59", "format"},
		{"at", nil, "null"},
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

// An order line without its required fields is refused.
func TestRequired(t *testing.T) {
	got, want := problems(`{}`, true), []string{"/group required", "/big required", "/ok required", "/ref required", "/link required", "/body required", "/at required"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
