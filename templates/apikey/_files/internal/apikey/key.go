// Package apikey authenticates programs by API keys.
//
// A key is the service's prefix and 260 random bits with a checksum: secret scanners find it by its form, and a mistyped one is
// rejected without asking the store. It is shown once, when it is created. Its SHA-256 is stored, which is enough because nobody
// can try 2^260 keys: slow hashes are for secrets that people make up. A key has an owner, scopes and an expiry. It identifies a
// program, not a person who signed in (ASVS 5.0.0 V7.2.2, V13.2.1).
package apikey

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"time"
)

// A Key is what is known about a key; never the key itself.
type Key struct {
	ID       string // UUID
	Owner    string // owner of what is made with the key; several keys may share one, so that a key can be replaced
	Scopes   []string
	Created  time.Time
	Expires  time.Time
	LastUsed time.Time // zero if never, or where the store cannot keep it; within a minute
	Revoked  time.Time // zero if it was not
}

// A Digest is the SHA-256 of a key.
type Digest [sha256.Size]byte

// DigestOf returns what is stored of a key.
func DigestOf(secret string) Digest { return sha256.Sum256([]byte(secret)) }

const (
	randomLength   = 2 * 26 // two of rand.Text, of 130 bits each
	checksumLength = 7      // 32 bits in base32
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// generate returns a new key. It has letters and digits only, so that a double click selects all of it.
func generate(prefix string) string {
	random := rand.Text() + rand.Text()
	return prefix + "_" + random + checksum(random)
}

// wellFormed reports whether secret may be a key of this service.
func wellFormed(prefix, secret string) bool {
	body, ok := strings.CutPrefix(secret, prefix+"_")
	if !ok || len(body) != randomLength+checksumLength {
		return false
	}
	return checksum(body[:randomLength]) == body[randomLength:]
}

// checksum finds typing errors. It is no protection: the digest is.
func checksum(random string) string {
	return encoding.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(random))))
}
