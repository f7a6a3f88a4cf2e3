package spec

import (
	"strconv"
	"strings"
)

// quoted shows what was typed, cut short: input is echoed and may be a megabyte of escapes.
func quoted(s string) string {
	if len(s) > 80 {
		s = strings.ToValidUTF8(s[:80], "") + "…"
	}
	return strconv.Quote(s)
}

// reason drops the first part of an x/mod error, which repeats the path.
func reason(err error) string {
	s := err.Error()
	if i := strings.LastIndex(s, ": "); i >= 0 {
		return s[i+2:]
	}
	return s
}
