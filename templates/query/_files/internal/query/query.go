// Package query reads what a request says beside its body: the id in its path, the parameters behind the question mark, the place in
// a list.
//
// A parameter that is there twice means one thing to us and another to a proxy or a firewall in front of us (ASVS 5.0.0
// V15.3.7), and one that we do not know is a mistake or a probe. Both are refused instead of ignored.
package query

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/google/uuid"

	"example.com/app/internal/problem"
)

// Bad is the 400 for parameters. It names no parameter: the caller knows what it sent.
var Bad = problem.Problem{Slug: "bad-query", Title: "A query parameter is unknown, repeated or malformed", Status: http.StatusBadRequest}

// Only returns the parameters of r; each may be there once at most and has to be one of names. Without names there may be none.
func Only(r *http.Request, names ...string) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, Bad
	}
	for name, all := range values {
		if len(all) != 1 || !slices.Contains(names, name) || !utf8.ValidString(all[0]) {
			return nil, Bad
		}
	}
	return values, nil
}

// ID returns the id in the path of a request without parameters. Anything but a UUID in its one usual form names nothing: it is not
// found, and no store is asked.
func ID(r *http.Request) (string, error) {
	if _, err := Only(r); err != nil {
		return "", err
	}
	s := r.PathValue("id")
	if id, err := uuid.Parse(s); err != nil || id.String() != s {
		return "", problem.NotFound
	}
	return s, nil
}

// Page returns which part of a list a request asks for: up to limit rows after the cursor, the zero Cursor being the beginning.
// Its parameters are limit, from 1 to most, and cursor.
func Page(r *http.Request, usual, most int) (after Cursor, limit int, err error) {
	values, err := Only(r, "limit", "cursor")
	if err != nil {
		return Cursor{}, 0, err
	}
	limit = usual
	if values.Has("limit") {
		if limit, err = strconv.Atoi(values.Get("limit")); err != nil || limit < 1 || limit > most {
			return Cursor{}, 0, Bad
		}
	}
	if values.Has("cursor") {
		if after, err = ParseCursor(values.Get("cursor")); err != nil {
			return Cursor{}, 0, Bad
		}
	}
	return after, limit, nil
}
