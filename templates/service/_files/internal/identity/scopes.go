package identity

import (
	"slices"
	"strings"
)

// Scopes returns all that a route may ask for, what is yours in own.go included: the words of roles, API keys and tokens.
func Scopes() []string { return slices.Concat([]string{"notes:read", "notes:write"}, ownScopes()) }

// Reading returns the scopes that let an actor look and not touch.
func Reading() []string {
	return slices.DeleteFunc(Scopes(), func(s string) bool { return !strings.HasSuffix(s, ":read") })
}
