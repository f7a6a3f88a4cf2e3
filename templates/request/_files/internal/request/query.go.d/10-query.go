package request

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/google/uuid"

	"example.com/app/internal/problem"
)

// badQuery names no parameter: the client knows what it sent.
var badQuery = problem.Problem{Slug: "bad-query", Title: "A query parameter is unknown, repeated or malformed", Status: http.StatusBadRequest}

// Params returns the query parameters of r. Each may occur once and has to be one of names; without names there may be none.
//
// A repeated parameter means one thing here and another to a proxy or firewall in front (ASVS 5.0.0 V15.3.7), and an unknown one is
// a mistake or a probe. Both are refused instead of ignored.
func Params(r *http.Request, names ...string) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badQuery
	}
	for name, all := range values {
		if len(all) != 1 || !slices.Contains(names, name) || !utf8.ValidString(all[0]) {
			return nil, badQuery
		}
	}
	return values, nil
}

// ID returns the id in the path of a request without parameters. Anything but a UUID in its canonical form is not found, without
// asking a store.
func ID(r *http.Request) (string, error) {
	if _, err := Params(r); err != nil {
		return "", err
	}
	s := r.PathValue("id")
	if id, err := uuid.Parse(s); err != nil || id.String() != s {
		return "", problem.NotFound
	}
	return s, nil
}

// Page returns which part of a list a request asks for: up to limit rows after the cursor. The zero Cursor is the beginning.
// The parameters are limit, from 1 to maxLimit, and cursor.
func Page(r *http.Request, defaultLimit, maxLimit int) (after Cursor, limit int, err error) {
	values, err := Params(r, "limit", "cursor")
	if err != nil {
		return Cursor{}, 0, err
	}
	limit = defaultLimit
	if values.Has("limit") {
		if limit, err = strconv.Atoi(values.Get("limit")); err != nil || limit < 1 || limit > maxLimit {
			return Cursor{}, 0, badQuery
		}
	}
	if values.Has("cursor") {
		if after, err = ParseCursor(values.Get("cursor")); err != nil {
			return Cursor{}, 0, badQuery
		}
	}
	return after, limit, nil
}
