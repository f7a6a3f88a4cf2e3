package accounts

import (
	"testing"

	"example.com/app/internal/openapi/openapitest"
)

// The OpenAPI document has the fields of the requests and responses, and no others.
func TestDocument(t *testing.T) {
	openapitest.Matches(t, "Registration", registerRequest{})
	openapitest.Matches(t, "Login", loginRequest{})
	openapitest.Matches(t, "PasswordChange", passwordRequest{})
	openapitest.Matches(t, "UserUpdate", updateRequest{})
	openapitest.Matches(t, "User", userResponse{})
}
