package field

import (
	"fmt"
	"math"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Any takes every value of its type.
func Any[T any](v T) (T, string, string) { return v, "", "" }

// Line takes text in one line of least to most code points. With least above 0 it has to be more than spaces.
func Line(least, most int) Rule[string, string] {
	return text(least, most, unicode.IsControl, "must not contain control characters")
}

// Text takes text of least to most code points with tabs and line breaks. Other control characters are nobody's layout, and NUL, which
// is among them, no PostgreSQL text holds.
func Text(least, most int) Rule[string, string] {
	layout := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	return text(least, most, layout, "must not contain control characters but tabs and line breaks")
}

func text(least, most int, forbidden func(rune) bool, detail string) Rule[string, string] {
	return func(s string) (string, string, string) {
		switch n := utf8.RuneCountInString(s); {
		case least > 0 && strings.TrimSpace(s) == "":
			return "", "required", "must not be empty"
		case n < least:
			return "", "too-short", fmt.Sprintf("must have at least %d characters", least)
		case n > most:
			return "", "too-long", fmt.Sprintf("must have at most %d characters", most)
		case strings.ContainsFunc(s, forbidden):
			return "", "characters", detail
		}
		return s, "", ""
	}
}

// The integers that every database keeps in 32 bits, and those that every reader of JSON gets exactly as they were written (RFC 7493
// section 2.2): a number beyond may come back as its neighbor.
const (
	LeastInt   = math.MinInt32
	MostInt    = math.MaxInt32
	LeastInt64 = -1<<53 + 1
	MostInt64  = 1<<53 - 1
)

// Int takes integers from least to most, which should lie within LeastInt and MostInt.
func Int(least, most int) Rule[int, int] { return whole(least, most) }

// Int64 takes integers from least to most, which should lie within LeastInt64 and MostInt64.
func Int64(least, most int64) Rule[int64, int64] { return whole(least, most) }

func whole[T int | int64](least, most T) Rule[T, T] {
	return func(v T) (T, string, string) {
		if v < least || v > most {
			return 0, "range", fmt.Sprintf("must be from %d to %d", least, most)
		}
		return v, "", ""
	}
}

// Decimal takes a number in a string, with up to scale digits behind the point, from least to most. It is kept as an integer, in units of
// the last of these digits, which every database stores, sorts and sums exactly. In JSON it is no number, because most readers make a
// binary fraction of those.
func Decimal(scale int, least, most string) Rule[string, int64] {
	low, high := bound(least, scale, -beyond+1), bound(most, scale, beyond-1)
	return func(s string) (int64, string, string) {
		v, ok := ParseDecimal(s, scale)
		switch {
		case !ok:
			return 0, "format", fmt.Sprintf("must be a decimal number in a string, with at most %d digits behind the point", scale)
		case v < low || v > high:
			return 0, "range", fmt.Sprintf("must be from %s to %s", FormatDecimal(low, scale), FormatDecimal(high, scale))
		}
		return v, "", ""
	}
}

// bound reads a bound that is written in our own code; without one there is the widest.
func bound(s string, scale int, widest int64) int64 {
	if s == "" {
		return widest
	}
	v, ok := ParseDecimal(s, scale)
	if !ok {
		panic("field: not a bound of a decimal: " + s)
	}
	return v
}

// maxDigits of a decimal, on both sides of the point together, fit into 64 bits; beyond is the first number of units that has more.
const (
	maxDigits = 18
	beyond    = 1_000_000_000_000_000_000
)

// ParseDecimal reads a number with up to scale digits behind the point, in units of the last of them. Every number has one spelling, but
// for zeros at the end of the fraction.
func ParseDecimal(s string, scale int) (units int64, ok bool) {
	digits, negative := strings.CutPrefix(s, "-")
	number, fraction, point := strings.Cut(digits, ".")
	if number == "" || number != "0" && number[0] == '0' || point && fraction == "" || len(fraction) > scale || len(number)+scale > maxDigits {
		return 0, false
	}
	for _, r := range number + fraction + strings.Repeat("0", scale-len(fraction)) {
		if r < '0' || r > '9' {
			return 0, false
		}
		units = units*10 + int64(r-'0')
	}
	if negative {
		units = -units
	}
	return units, !negative || units != 0
}

// FormatDecimal writes a number of units with all its digits: 12.50.
func FormatDecimal(units int64, scale int) string {
	sign := ""
	if units < 0 {
		sign, units = "-", -units
	}
	s := fmt.Sprintf("%0*d", scale+1, units)
	if scale == 0 {
		return sign + s
	}
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}

// FormatOptional is FormatDecimal for a field that may be without a value.
func FormatOptional(units *int64, scale int) *string {
	if units == nil {
		return nil
	}
	return new(FormatDecimal(*units, scale))
}

// Date takes a day as 2026-02-28.
func Date(s string) (string, string, string) {
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 1 {
		return "", "format", "must be a date such as 2026-02-28"
	}
	return s, "", ""
}

// Time takes a moment in RFC 3339 form, and keeps it in UTC and as exact as every database does: to the microsecond.
func Time(s string) (time.Time, string, string) {
	t, err := time.Parse(time.RFC3339, s)
	t = t.UTC().Truncate(time.Microsecond)
	lenient := len(s) < len("2026-02-28T23:59:59Z") || s[13] != ':' || strings.Contains(s, ",") // an hour of one digit, a comma: not in RFC 3339
	if err != nil || lenient || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, "format", "must be a time such as 2026-02-28T23:59:59Z"
	}
	return t, "", ""
}

// UTC is a time from the database, if there is one, in the zone in which times are shown.
func UTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	return new(t.UTC())
}

// UUID takes a UUID in its one usual form, so that equal ones are equal as text.
func UUID(s string) (string, string, string) {
	if id, err := uuid.Parse(s); err != nil || id.String() != s {
		return "", "format", "must be a UUID in lower case"
	}
	return s, "", ""
}

// maxEmail is what fits into a path of SMTP (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const maxEmail = 254

// Email takes what has the form of an address. Whether it is one, and whose, only a message to it can tell.
func Email(s string) (string, string, string) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail || strings.ContainsFunc(s, unicode.IsControl) {
		return "", "format", "must be an e-mail address"
	}
	return s, "", ""
}

const maxURL = 2048 // what browsers and proxies agree on

// URL takes an absolute address on the web. Other schemes are refused, because a page that links to javascript: runs it (CWE-79), and so are
// names and passwords in it. A service that fetches it has to judge the host when it does (CWE-918).
func URL(s string) (string, string, string) {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.Hostname() == "" || u.User != nil ||
		strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return "", "format", "must be an http or https URL without a user name"
	}
	return s, "", ""
}

// OneOf takes one of the words.
func OneOf(words ...string) Rule[string, string] {
	return func(s string) (string, string, string) {
		if !slices.Contains(words, s) {
			return "", "unknown", "must be one of " + strings.Join(words, ", ")
		}
		return s, "", ""
	}
}
