package attack

// scopes are those of internal/identity/scopes.go: a key that signs in here holds them all.
var scopes = []string{
	// Your scopes go here.
	"order-lines:read", "order-lines:write",
}
