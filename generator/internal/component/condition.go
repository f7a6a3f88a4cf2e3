package component

import (
	"regexp"
	"strings"
)

// A Condition is a list of words that must all hold. The empty condition always holds.
type Condition []string

var word = regexp.MustCompile(`^!?[a-z][a-z0-9]*$|^[a-z][a-z0-9]*\.[a-z][a-zA-Z0-9_]*=.*$`)

// Holds reports whether every word holds, given which words are there and what inputs are set to.
func (c Condition) Holds(has func(string) bool, input func(component, name string) (string, bool)) bool {
	for _, w := range c {
		if left, want, ok := strings.Cut(w, "="); ok {
			name, in, _ := strings.Cut(left, ".")
			if got, set := input(name, in); !set || got != want {
				return false
			}
			continue
		}
		if rest, not := strings.CutPrefix(w, "!"); has(rest) == not {
			return false
		}
	}
	return true
}
