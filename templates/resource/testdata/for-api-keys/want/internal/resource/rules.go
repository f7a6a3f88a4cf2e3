package resource

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"example.com/orders/internal/request"
)

// A Change is what a request sets: columns and their values, in the order in which the fields were checked.
type Change struct {
	Columns []string
	Values  []any

	creating bool
	errors   request.Errors
}

// Read returns the Read function of a Kind, for bodies whose text fields hold up to characters together. Check passes each field of
// the body to Set, SetDefault or SetOptional; all broken rules are reported together (ASVS 5.0.0 V2.2.1).
func Read[Body any](characters int, check func(Body, *Change)) func(*http.Request, bool) (*Change, error) {
	return func(r *http.Request, creating bool) (*Change, error) {
		var b Body
		if err := request.Read(r, &b, characters); err != nil {
			return nil, err
		}
		c := &Change{creating: creating}
		check(b, c)
		c.errors.Check(creating || len(c.Columns) > 0, "", "empty", "needs at least one field")
		return c, c.errors.Err()
	}
}

// Value returns what the change sets a column to.
func (c *Change) Value(column string) (value any, set bool) {
	i := slices.Index(c.Columns, column)
	if i < 0 {
		return nil, false
	}
	return c.Values[i], true
}

func (c *Change) set(column string, value any) {
	c.Columns, c.Values = append(c.Columns, column), append(c.Values, value)
}

// A Rule returns the stored form of a value, or the stable code of the rule that the value breaks and an explanation for people,
// which never repeats the value. Text is stored as it came: what makes it safe is the encoding where it is shown (ASVS 5.0.0 V1.1.2).
type Rule[In, Out any] func(In) (stored Out, code, detail string)

func (rule Rule[In, Out]) check(c *Change, field string, given In) Out {
	stored, code, detail := rule(given)
	c.errors.Check(code == "", "/"+field, code, detail)
	return stored
}

// Set checks a field that a new resource must have.
func Set[In, Out any](c *Change, field string, given *In, rule Rule[In, Out]) {
	if given != nil {
		c.set(field, rule.check(c, field, *given))
		return
	}
	c.errors.Check(!c.creating, "/"+field, "required", "is required")
}

// SetDefault checks a field that has a default value in a new resource.
func SetDefault[In, Out any](c *Change, field string, given *In, value In, rule Rule[In, Out]) {
	if given == nil && c.creating {
		given = &value
	}
	Set(c, field, given, rule)
}

// SetOptional checks a field that need not have a value; null removes it.
func SetOptional[In, Out any](c *Change, field string, given Optional[In], rule Rule[In, Out]) {
	var stored *Out
	if given.Value != nil {
		stored = new(rule.check(c, field, *given.Value))
	}
	if given.Given {
		c.set(field, stored)
	}
}

// An Optional tells a field that is missing from the body from one that is null.
type Optional[T any] struct {
	Given bool
	Value *T // nil: null
}

// UnmarshalJSON is called for null too, and not at all for a missing field.
func (o *Optional[T]) UnmarshalJSON(b []byte) error {
	*o = Optional[T]{Given: true}
	return json.Unmarshal(b, &o.Value)
}

// Any accepts every value of its type.
func Any[T any](v T) (T, string, string) { return v, "", "" }

// Line accepts one line of text with min to max code points. With min above 0 it must not be blank.
func Line(min, max int) Rule[string, string] {
	return text(min, max, unicode.IsControl, "must not contain control characters")
}

// Text accepts text of min to max code points with tabs and line breaks, but no other control characters: PostgreSQL cannot
// store a NUL.
func Text(min, max int) Rule[string, string] {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	return text(min, max, control, "must not contain control characters except tabs and line breaks")
}

func text(min, max int, forbidden func(rune) bool, detail string) Rule[string, string] {
	return func(s string) (string, string, string) {
		switch n := utf8.RuneCountInString(s); {
		case min > 0 && strings.TrimSpace(s) == "":
			return "", "required", "must not be empty"
		case n < min:
			return "", "too-short", fmt.Sprintf("must have at least %d characters", min)
		case n > max:
			return "", "too-long", fmt.Sprintf("must have at most %d characters", max)
		case strings.ContainsFunc(s, forbidden):
			return "", "characters", detail
		}
		return s, "", ""
	}
}

// The bounds of integers: those that every database stores in 32 bits, and those that every JSON reader gets exactly as they
// were written (RFC 7493 section 2.2).
const (
	MinInt   = math.MinInt32
	MaxInt   = math.MaxInt32
	MinInt64 = -1<<53 + 1
	MaxInt64 = 1<<53 - 1
)

// Between accepts integers from min to max.
func Between[T int | int64](min, max T) Rule[T, T] {
	return func(v T) (T, string, string) {
		if v < min || v > max {
			return 0, "range", fmt.Sprintf("must be from %d to %d", min, max)
		}
		return v, "", ""
	}
}

// OneOf accepts the given words.
func OneOf(words ...string) Rule[string, string] {
	return func(s string) (string, string, string) {
		if !slices.Contains(words, s) {
			return "", "unknown", "must be one of " + strings.Join(words, ", ")
		}
		return s, "", ""
	}
}

// Date accepts a day, such as 2026-02-28.
func Date(s string) (string, string, string) {
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 1 {
		return "", "format", "must be a date such as 2026-02-28"
	}
	return s, "", ""
}

// Time accepts RFC 3339 and stores UTC, to the microsecond as every database does.
func Time(s string) (time.Time, string, string) {
	t, err := time.Parse(time.RFC3339, s)
	t = t.UTC().Truncate(time.Microsecond)
	lenient := len(s) < len("2026-02-28T23:59:59Z") || s[13] != ':' || strings.Contains(s, ",") // Go accepts one digit for the hour, and a comma; RFC 3339 does not
	if err != nil || lenient || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, "format", "must be a time such as 2026-02-28T23:59:59Z"
	}
	return t, "", ""
}

// UUID accepts a UUID in its canonical form, so that equal ones are equal text.
func UUID(s string) (string, string, string) {
	if id, err := uuid.Parse(s); err != nil || id.String() != s {
		return "", "format", "must be a UUID in lowercase"
	}
	return s, "", ""
}

// Email accepts the form of an address of at most 254 bytes, the limit of SMTP (RFC 5321 section 4.5.3.1.3). Only a message
// shows whether it exists and whose it is.
func Email(s string) (string, string, string) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || strings.ContainsFunc(s, unicode.IsControl) {
		return "", "format", "must be an email address"
	}
	return s, "", ""
}

// URL accepts an absolute web address of at most 2048 bytes, which browsers and proxies agree on. Other schemes are refused because a
// link to javascript: runs it (CWE-79), and so is a user name. Before fetching one, check its host (CWE-918).
func URL(s string) (string, string, string) {
	u, err := url.Parse(s)
	if err != nil || len(s) > 2048 || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.Hostname() == "" || u.User != nil ||
		strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return "", "format", "must be an http or https URL without a user name"
	}
	return s, "", ""
}
