package identity

// Scopes returns every scope that a route may require: the words of roles, API keys and tokens.
func Scopes() []string {
	return []string{
		"notes:read",
		"notes:write",
		// Your scopes go here.
		"feedback:write",
	}
}
