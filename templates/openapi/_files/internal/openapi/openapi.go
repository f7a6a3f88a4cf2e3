// Package openapi describes the surface as an OpenAPI 3.1 document.
//
// Each part of the service brings a fragment, <part>.json, with its paths and schemas; they are merged once. A test
// compares the result with the routes, so that the document shows exactly what exists: nothing is hidden, nothing is promised.
//
// An operation needs the credentials that the document asks for at its top, unless it says "security": [] itself. Every
// operation may answer with a problem; fragments do not repeat that.
package openapi

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"sync"

	"example.com/app/internal/config"
)

//go:embed *.json
var fragments embed.FS

// A fragment is one part's share of the document.
type fragment struct {
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components map[string]map[string]json.RawMessage `json:"components"`
	Security   []json.RawMessage                     `json:"security,omitempty"`
}

type document struct {
	OpenAPI string `json:"openapi"`
	Info    struct {
		Title   string `json:"title"`
		Version string `json:"version"` // of the surface, as in its paths; not of the program
	} `json:"info"`
	fragment
}

// Document returns the merged document. That two fragments say different things about one name is our own mistake: it panics, and
// every test that asks for the document sees it.
var Document = sync.OnceValue(func() []byte {
	b, err := merge(fragments)
	if err != nil {
		panic("openapi: " + err.Error())
	}
	return b
})

// merge puts all fragments into one document. Keys are sorted by encoding/json, so that the same fragments always give the same bytes.
func merge(from fs.FS) ([]byte, error) {
	files, err := fs.Glob(from, "*.json")
	if err != nil {
		return nil, err
	}
	d := document{OpenAPI: "3.1.0", fragment: fragment{
		Paths:      map[string]map[string]json.RawMessage{},
		Components: map[string]map[string]json.RawMessage{},
	}}
	d.Info.Title, d.Info.Version = config.Name, "v1"
	for _, file := range files {
		b, err := fs.ReadFile(from, file)
		if err != nil {
			return nil, err
		}
		var f fragment
		if err := json.Unmarshal(b, &f); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		if err := add(d.Paths, f.Paths); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if err := add(d.Components, f.Components); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		d.Security = append(d.Security, f.Security...)
	}
	for path, operations := range d.Paths {
		for method, operation := range operations {
			if method == "parameters" {
				continue
			}
			if operations[method], err = withProblem(operation); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
		}
	}
	return json.Marshal(d)
}

// add merges one level down: two parts may each bring methods of one path, or schemas, but not the same one.
func add(into, from map[string]map[string]json.RawMessage) error {
	for outer, values := range from {
		if into[outer] == nil {
			into[outer] = map[string]json.RawMessage{}
		}
		for inner, value := range values {
			if _, there := into[outer][inner]; there {
				return fmt.Errorf("%s %s is there already", outer, inner)
			}
			into[outer][inner] = value
		}
	}
	return nil
}

// withProblem says what every operation may answer beside what its fragment lists.
func withProblem(operation json.RawMessage) (json.RawMessage, error) {
	var o map[string]json.RawMessage
	if err := json.Unmarshal(operation, &o); err != nil {
		return nil, err
	}
	var responses map[string]json.RawMessage
	if err := json.Unmarshal(o["responses"], &responses); err != nil {
		return nil, fmt.Errorf("responses: %w", err)
	}
	responses["default"] = json.RawMessage(`{"$ref":"#/components/responses/Problem"}`)
	b, err := json.Marshal(responses)
	if err != nil {
		return nil, err
	}
	o["responses"] = b
	return json.Marshal(o)
}

// Serve answers with the document.
func Serve(w http.ResponseWriter, _ *http.Request) error {
	b := Document()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b) // the client is gone if this fails
	return nil
}
