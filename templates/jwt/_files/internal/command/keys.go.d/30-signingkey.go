package command

import "example.com/app/internal/signingkey"

// newSigningKey makes the key that tokens are signed with.
func newSigningKey() ([]byte, error) { return signingkey.Generate() }
