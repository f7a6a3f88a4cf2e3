package refresh

import (
	"testing"

	"example.com/app/internal/openapi/openapitest"
)

// The OpenAPI document has the fields of the requests and responses, and no others.
func TestDocument(t *testing.T) {
	openapitest.Matches(t, "Refresh", refreshRequest{})
	openapitest.Matches(t, "Tokens", tokenResponse{})
	openapitest.Matches(t, "Session", sessionResponse{})
	openapitest.Matches(t, "SessionList", sessionList{})
}
