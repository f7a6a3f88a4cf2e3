package command

import (
	"crypto/rand"
	"encoding/hex"

	"example.com/app/internal/keyring"
)

// newKeyring makes a ring of one random key. Its id is random too, so that a later key in front of it has another.
func newKeyring() ([]byte, error) {
	id := make([]byte, 4)
	_, _ = rand.Read(id) // never fails
	return []byte(keyring.Generate("k"+hex.EncodeToString(id)) + "\n"), nil
}
