package command

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"

	"example.com/app/internal/keyring"
)

// newKeyring makes a ring of one random key. The id is random too, so that a later key that is put in front of it has another.
func newKeyring() ([]byte, error) {
	id, key := make([]byte, 4), make([]byte, keyring.Size)
	_, _ = rand.Read(id) // never fails
	_, _ = rand.Read(key)
	return []byte("k" + hex.EncodeToString(id) + ":" + base64.StdEncoding.EncodeToString(key) + "\n"), nil
}
