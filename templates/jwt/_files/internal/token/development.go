package token

import "strings"

// developmentPrefix begins the ids of keys that the command token --dev makes, so that doctor can tell them from an issuer's.
const developmentPrefix = "dev-"

// DevelopmentID returns the id of a key for development.
func DevelopmentID(id string) string { return developmentPrefix + id }

// ForDevelopment reports whether a key with that id was made for development.
func ForDevelopment(id string) bool { return strings.HasPrefix(id, developmentPrefix) }
