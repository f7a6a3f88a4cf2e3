package component

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// An Input is a value that a person may give a component.
type Input struct {
	Name     string
	Type     string // string, int, bool, duration, enum
	Default  string // a template over .Name, .Module and the choices
	Question string
	Help     string
	Pattern  *regexp.Regexp
	Deny     []string
	Enum     []string
	Min, Max string // of an int or a duration; empty: no bound
	Required bool   // of a foreign side: there is no default
	Example  string // a value that a required input takes, for its hint
	Line     int
}

// InputTypes lists what an input can be.
var InputTypes = []string{"string", "int", "bool", "duration", "enum"}

// Parse turns what was typed into a typed value: string, int, bool or time.Duration.
// The error says what is allowed.
func (in Input) Parse(text string) (any, error) {
	switch in.Type {
	case "string":
		if in.Pattern != nil && !in.Pattern.MatchString(text) {
			return nil, fmt.Errorf("%q does not match %s", text, in.Pattern)
		}
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			return nil, fmt.Errorf("%q holds what is not text", text)
		}
		if slices.ContainsFunc(in.Deny, func(d string) bool { return strings.EqualFold(d, text) }) {
			return nil, fmt.Errorf("%q is refused", text)
		}
		return text, nil
	case "int":
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not a whole number", text)
		}
		if lo, err := strconv.Atoi(in.Min); err == nil && n < lo {
			return nil, fmt.Errorf("%d is less than %d", n, lo)
		}
		if hi, err := strconv.Atoi(in.Max); err == nil && n > hi {
			return nil, fmt.Errorf("%d is more than %d", n, hi)
		}
		return n, nil
	case "bool":
		switch text {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, fmt.Errorf("%q is neither true nor false", text)
	case "duration":
		d, err := time.ParseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not a duration such as 30m", text)
		}
		if lo, err := time.ParseDuration(in.Min); err == nil && d < lo {
			return nil, fmt.Errorf("%s is less than %s", text, in.Min)
		}
		if hi, err := time.ParseDuration(in.Max); err == nil && d > hi {
			return nil, fmt.Errorf("%s is more than %s", text, in.Max)
		}
		return d, nil
	case "enum":
		if !slices.Contains(in.Enum, text) {
			return nil, fmt.Errorf("%q is not one of %s", text, strings.Join(in.Enum, ", "))
		}
		return text, nil
	}
	return nil, fmt.Errorf("unknown input type %q", in.Type)
}

// Hint is what to say to somebody whose value was refused.
func (in Input) Hint() string {
	if in.Help != "" {
		return in.Help
	}
	return in.Question
}
