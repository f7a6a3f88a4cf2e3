// Package openapi holds the OpenAPI 3.1 document of the service, openapi.json.
//
// A test compares the document with the routes, so that it shows exactly what exists: nothing is hidden, nothing is promised. An
// operation requires the credentials that the document names at its top, unless it says "security": [] itself: a forgotten line
// closes and never opens.
package openapi

import (
	_ "embed"
	"net/http"
	"strconv"
)

//go:embed openapi.json
var document []byte

// Serve answers with the document.
func Serve(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(document)))
	_, _ = w.Write(document) // the client is gone if this fails
	return nil
}
