package openapi

import (
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func files(contents ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i, c := range contents {
		m[string(rune('a'+i))+".json"] = &fstest.MapFile{Data: []byte(c)}
	}
	return m
}

func TestMerge(t *testing.T) {
	b, err := merge(files(
		`{"paths":{"/a":{"get":{"responses":{"200":{"description":"A"}}}}},"security":[{"session":[]}]}`,
		`{"paths":{"/a":{"parameters":[],"post":{"security":[],"responses":{"201":{"description":"B"}}}}},"components":{"schemas":{"B":{}}}}`,
	))
	if err != nil {
		t.Fatal(err)
	}
	want := `"paths":{"/a":{` +
		`"get":{"responses":{"200":{"description":"A"},"default":{"$ref":"#/components/responses/Problem"}}},` +
		`"parameters":[],` +
		`"post":{"responses":{"201":{"description":"B"},"default":{"$ref":"#/components/responses/Problem"}},"security":[]}}},` +
		`"components":{"schemas":{"B":{}}},"security":[{"session":[]}]}`
	if !strings.HasSuffix(string(b), want) {
		t.Errorf("got  %s\nwant …%s", b, want)
	}
}

func TestMergeRefusesTwoMeanings(t *testing.T) {
	one := `{"paths":{"/a":{"get":{"responses":{}}}}}`
	for name, fs := range map[string]fstest.MapFS{
		"operation twice": files(one, one),
		"schema twice":    files(`{"components":{"schemas":{"B":{}}}}`, `{"components":{"schemas":{"B":{}}}}`),
		"no responses":    files(`{"paths":{"/a":{"get":{}}}}`),
		"no JSON":         files(`{`),
	} {
		if _, err := merge(fs); err == nil {
			t.Errorf("%s: is merged", name)
		}
	}
}

// Every reference leads somewhere, every operation has an id of its own, and no field invites what the service refuses to
// have: hints at passwords, security questions, roles (A12).
func TestDocument(t *testing.T) {
	rec := httptest.NewRecorder()
	if err := Serve(rec, nil); err != nil {
		t.Fatal(err)
	}
	var document struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	var all map[string]any
	for _, into := range []any{&document, &all} {
		if err := json.Unmarshal(rec.Body.Bytes(), into); err != nil {
			t.Fatal(err)
		}
	}
	if document.OpenAPI != "3.1.0" || rec.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%s as %s", document.OpenAPI, rec.Header().Get("Content-Type"))
	}
	for _, m := range regexp.MustCompile(`"\$ref":"#/([^"]*)"`).FindAllStringSubmatch(rec.Body.String(), -1) {
		at := any(all)
		for part := range strings.SplitSeq(m[1], "/") {
			object, _ := at.(map[string]any)
			at = object[part]
		}
		if at == nil {
			t.Errorf("#/%s leads nowhere", m[1])
		}
	}
	var ids []string
	for _, m := range regexp.MustCompile(`"operationId":"([^"]*)"`).FindAllStringSubmatch(rec.Body.String(), -1) {
		ids = append(ids, m[1])
	}
	operations := 0
	for _, methods := range document.Paths {
		for method := range methods {
			if method != "parameters" {
				operations++
			}
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != operations {
		t.Errorf("%d operations, ids %v", operations, ids)
	}
	if found := regexp.MustCompile(`(?i)"[a-z_]*(password_?hint|security_?question|is_admin)[a-z_]*":`).FindString(rec.Body.String()); found != "" {
		t.Errorf("the document has %s", found)
	}
}
