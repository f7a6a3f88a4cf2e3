package openapi

import (
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// Every reference leads somewhere, every operation has its own id, a tag that exists and the responses of what it takes, and no field
// invites what the service does not have: password hints, security questions, roles (A12).
func TestDocument(t *testing.T) {
	rec := httptest.NewRecorder()
	if err := Serve(rec, nil); err != nil {
		t.Fatal(err)
	}
	if got := rec.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
	var all map[string]any
	var doc struct {
		OpenAPI string
		Tags    []struct{ Name string }
		Paths   map[string]map[string]json.RawMessage
	}
	for _, into := range []any{&all, &doc} {
		if err := json.Unmarshal(rec.Body.Bytes(), into); err != nil {
			t.Fatal(err)
		}
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("version %q", doc.OpenAPI)
	}
	references(t, all, all)
	tags := map[string]bool{}
	for _, tag := range doc.Tags {
		tags[tag.Name] = true
	}
	ids := map[string]string{}
	for path, operations := range doc.Paths {
		for method, raw := range operations {
			if method == "parameters" {
				continue
			}
			name := strings.ToUpper(method) + " " + path
			var o struct {
				OperationID          string
				Tags                 []string
				Summary, Description string
				RequestBody          json.RawMessage
				Responses            map[string]json.RawMessage
			}
			if err := json.Unmarshal(raw, &o); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if other, taken := ids[o.OperationID]; taken || o.OperationID == "" {
				t.Errorf("%s: its id %q is that of %q", name, o.OperationID, other)
			}
			ids[o.OperationID] = name
			if len(o.Tags) != 1 || !tags[o.Tags[0]] || o.Summary == "" || o.Description == "" {
				t.Errorf("%s needs one of the tags, a summary and a description", name)
			}
			want := []string{"default"}
			if o.RequestBody != nil {
				want = append(want, "400", "413", "415", "429")
			}
			for _, status := range want {
				if o.Responses[status] == nil {
					t.Errorf("%s has no response %s", name, status)
				}
			}
		}
	}
	if found := regexp.MustCompile(`(?i)"[a-z_]*(password_?hint|security_?question|is_admin)[a-z_]*":`).FindString(rec.Body.String()); found != "" {
		t.Errorf("the document has %s", found)
	}
}

// references looks up every $ref below v in the whole document.
func references(t *testing.T, all, v any) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if key != "$ref" {
				references(t, all, value)
				continue
			}
			at := all
			for part := range strings.SplitSeq(strings.TrimPrefix(value.(string), "#/"), "/") {
				object, _ := at.(map[string]any)
				at = object[part]
			}
			if at == nil {
				t.Errorf("%s leads nowhere", value)
			}
		}
	case []any:
		for _, value := range v {
			references(t, all, value)
		}
	}
}
