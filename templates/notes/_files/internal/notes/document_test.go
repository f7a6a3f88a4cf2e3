package notes

import (
	"testing"

	"example.com/app/internal/openapi/openapitest"
)

// The OpenAPI document has the fields of the requests and responses, and no others.
func TestDocument(t *testing.T) {
	openapitest.Matches(t, "NoteCreate", createRequest{})
	openapitest.Matches(t, "NoteUpdate", updateRequest{})
	openapitest.Matches(t, "Note", noteResponse{})
	openapitest.Matches(t, "NoteList", listResponse{})
}
