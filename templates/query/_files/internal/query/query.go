// Package query reads the parameters behind the question mark.
//
// A parameter that is there twice means one thing to us and another to a proxy or a firewall in front of us (ASVS 5.0.0
// V15.3.7), and one that we do not know is a mistake or a probe. Both are refused instead of ignored.
package query

import (
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

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
