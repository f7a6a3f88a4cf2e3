package identity

// ownScopes are the scopes of the routes in internal/httpserver/own.go. Who may only read holds those that end in :read.
func ownScopes() []string {
	return []string{
		"invoices:read", "invoices:write",
	}
}
