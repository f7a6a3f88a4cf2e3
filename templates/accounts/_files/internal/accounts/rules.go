package accounts

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"example.com/app/internal/request"
)

const (
	maxEmail   = 254 // RFC 5321: a path of 256 octets with its angle brackets
	minimumAge = 13  // years
)

// Canonical returns the form of an e-mail address that is stored and compared: without surrounding space and with the domain in
// lower case. The part before the @ stays as it is: case, dots and +tags may matter to its server, and merging them would give one
// person's account to another.
//
// Only ASCII is accepted: letters of other scripts that look alike could pass for another address. A domain with other letters
// has an ASCII form (xn--…).
func Canonical(address string) (string, bool) {
	address = normalize(address)
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address || len(address) > maxEmail {
		return "", false // a display name, a comment or quotes: valid, but not how people write an address
	}
	at := strings.LastIndexByte(address, '@')
	return address, isLocal(address[:at]) && isDomain(address[at+1:])
}

// normalize is Canonical without the checks: spellings of one address count as one.
func normalize(address string) string {
	address = strings.TrimSpace(address)
	at := strings.LastIndexByte(address, '@')
	return address[:at+1] + strings.ToLower(address[at+1:])
}

func localPart(address string) string {
	local, _, _ := strings.Cut(address, "@")
	return local
}

// isLocal rejects what is long or not ASCII; net/mail has checked the rest.
func isLocal(s string) bool {
	return len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool { return r > '~' })
}

// isDomain accepts two or more labels of letters, digits and hyphens.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return len(labels) > 1
}

// reserved are usernames that could pass for the people who run the service.
var reserved = []string{
	"abuse", "admin", "administrator", "anonymous", "api", "billing", "contact", "help", "hostmaster", "info", "mail", "me", "moderator",
	"noreply", "null", "operator", "owner", "postmaster", "root", "security", "service", "staff", "superuser", "support", "sysadmin",
	"system", "team", "undefined", "user", "webmaster", "www",
}

func checkUsername(broken *request.Errors, s string) {
	broken.Check(len(s) >= 3 && len(s) <= 30, "/username", "length", "needs 3 to 30 characters")
	ascii := !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	})
	broken.Check(ascii, "/username", "characters", "may hold letters a to z, digits and underscores only")
	broken.Check(!slices.Contains(reserved, strings.ToLower(strings.Trim(s, "_"))), "/username", "reserved", "is reserved")
}

// checkBirthDate compares full dates: someone who turns 13 tomorrow is 12 today.
func (s *Service) checkBirthDate(broken *request.Errors, text string) {
	born, err := time.Parse(time.DateOnly, text)
	broken.Check(err == nil, "/birth_date", "date", "is not a date, such as 1990-12-31")
	if err != nil {
		return
	}
	now := s.now().UTC()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	past := born.Year() >= 1900 && !born.After(today)
	broken.Check(past, "/birth_date", "range", "is not between 1900 and today")
	// AddDate moves 29 February to 1 March in a year without one: nobody turns 13 a day early.
	broken.Check(!past || !born.AddDate(minimumAge, 0, 0).After(today), "/birth_date", "age", "is less than 13 years ago")
}
