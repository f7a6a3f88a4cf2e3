package invoices

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
	openapitest.Matches(t, "Invoice", response{})
	openapitest.Matches(t, "InvoiceCreate", request{})
	openapitest.Matches(t, "InvoiceUpdate", request{})
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
		{"number", strings.Repeat("é", 21), "too-long"},
		{"number", strings.Repeat("a", 2) + "\x00", "characters"},
		{"number", nil, "null"},
		{"total", "0.1111111111", "format"},
		{"total", 1.5, "type"},
		{"total", nil, "null"},
		{"due", "2026-02-30", "format"},
		{"status", "' OR 1=1--", "unknown"},
		{"status", nil, "null"},
		{"token", strings.Repeat("é", 4001), "too-long"},
		{"token", nil, "null"},
		{"paid_at", "2026-02-28T23:59:59", "format"},
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

// An invoice without its required fields is refused.
func TestRequired(t *testing.T) {
	got, want := problems(`{}`, true), []string{"/number required", "/total required", "/token required"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
