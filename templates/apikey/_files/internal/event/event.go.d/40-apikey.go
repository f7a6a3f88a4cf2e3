package event

// The events of API keys; key "key" is the key's id. A refused key is a CredentialsRejected.
const (
	APIKeyCreated Type = "authn_key_create" //nolint:gosec // a name, no secret; key "owner" is whose it is
	APIKeyRevoked Type = "authn_key_revoke" //nolint:gosec // a name, no secret
)
