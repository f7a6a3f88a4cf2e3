// Package password decides which new passwords are good enough, and keeps and checks them.
//
// New passwords are checked for length, a list of common ones and the words that belong to their owner (ASVS 5.0.0 V6.2).
// What is kept is argon2id over an HMAC of the password: without the key, which is not in the database, the hashes
// cannot be guessed at. The package knows nothing of users, requests or databases.
package password

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Lengths are in code points of the normalized password. NIST SP 800-63B-4 wants 15 of a password that is used alone and
// at least 64 accepted; 128 leaves room for passphrases, and nothing is ever cut off (ASVS 5.0.0 V6.2.8, V6.2.9).
const (
	MinLength = 15
	MaxLength = 128
)

// enoughLeft is how many characters a password needs besides the words that belong to its owner.
const enoughLeft = 8

// A Rule is one that a password breaks. Code is stable, Detail is for people; neither holds the password.
type Rule struct {
	Code   string
	Detail string
}

// The rules that a new password can break.
var (
	TooShort = Rule{"too-short", "has fewer than 15 characters"}
	TooLong  = Rule{"too-long", "has more than 128 characters"}
	Breached = Rule{"breached-password", "is among the first that an attacker tries"}
	Personal = Rule{"context-word", "is little more than the name of the service or of its owner"}
	OneClass = Rule{"composition", "needs a lower-case letter, an upper-case letter, a digit and a symbol"}
)

// Normalize returns the form of a password that is counted, checked and hashed.
//
// ASVS 5.0.0 V6.2.8 wants passwords checked exactly as received, NIST SP 800-63B-4 section 3.1.1.2 wants Unicode normalized.
// We follow NIST, with NFKC, at setting and at checking alike: two keyboards that spell the same é differently must both
// open the account. Nothing is trimmed and no case is folded.
func Normalize(plain string) string { return norm.NFKC.String(plain) }

// Check returns the rules that plain breaks as a new password. Words belong to its owner or the service: names, an
// e-mail address, parts of it.
func Check(plain string, words ...string) []Rule {
	plain = Normalize(plain)
	var broken []Rule
	switch n := utf8.RuneCountInString(plain); {
	case n < MinLength:
		broken = append(broken, TooShort)
	case n > MaxLength:
		return []Rule{TooLong} // the other rules are not worth the time
	}
	if listed(plain) {
		broken = append(broken, Breached)
	}
	if personal(plain, words) {
		broken = append(broken, Personal)
	}
	if composition && !mixed(plain) {
		broken = append(broken, OneClass)
	}
	return broken
}

// personal reports whether too little is left of plain without words. A word of one or two letters says nothing.
func personal(plain string, words []string) bool {
	rest, found := fold(plain), false
	for _, w := range words {
		if w = fold(w); utf8.RuneCountInString(w) > 2 && strings.Contains(rest, w) {
			rest, found = strings.ReplaceAll(rest, w, ""), true
		}
	}
	return found && utf8.RuneCountInString(rest) < enoughLeft
}

// mixed reports whether plain has one of each of the four classes.
func mixed(plain string) bool {
	var lower, upper, digit, other bool
	for _, r := range plain {
		switch {
		case unicode.IsLower(r):
			lower = true
		case unicode.IsUpper(r):
			upper = true
		case unicode.IsDigit(r):
			digit = true
		default:
			other = true
		}
	}
	return lower && upper && digit && other
}

// fold makes passwords alike that attackers try together.
func fold(s string) string { return strings.ToLower(Normalize(s)) }
