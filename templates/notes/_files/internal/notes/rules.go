package notes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/app/internal/request"
)

const (
	maxTitle = 200    // code points; a line in a list
	maxBody  = 10_000 // code points; about five pages
)

// rules checks the fields that are there, all of them at once (ASVS 5.0.0 V2.2.1). Text is kept as it came: what makes it safe is
// the encoding where it is shown, not a filter where it enters (V1.1.2).
func rules(title, body *string) error {
	var e request.Errors
	e.Check(title != nil || body != nil, "", "empty", "needs at least one field")
	if title != nil {
		length := utf8.RuneCountInString(*title)
		e.Check(strings.TrimSpace(*title) != "", "/title", "required", "must not be empty")
		e.Check(length <= maxTitle, "/title", "too-long", "must have at most 200 characters")
		e.Check(!strings.ContainsFunc(*title, unicode.IsControl), "/title", "characters", "must not contain control characters")
	}
	if body != nil {
		e.Check(utf8.RuneCountInString(*body) <= maxBody, "/body", "too-long", "must have at most 10000 characters")
		e.Check(!strings.ContainsFunc(*body, forbidden), "/body", "characters", "must not contain control characters but tabs and line breaks")
	}
	return e.Err()
}

// forbidden is every control character that is not the layout of a text. NUL is among them, which no PostgreSQL text holds.
func forbidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
}
