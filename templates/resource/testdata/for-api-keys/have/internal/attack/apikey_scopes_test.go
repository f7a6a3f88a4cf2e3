package attack

// ownScopes are the scopes of internal/identity/own.go: who signs in here holds them too.
func ownScopes() []string {
	return []string{}
}
