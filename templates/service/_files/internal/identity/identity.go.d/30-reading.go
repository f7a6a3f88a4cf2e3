package identity

import (
	"slices"
	"strings"
)

// Reading returns the scopes that let an actor read and not write: those that end in :read.
func Reading() []string {
	return slices.DeleteFunc(Scopes(), func(s string) bool { return !strings.HasSuffix(s, ":read") })
}
