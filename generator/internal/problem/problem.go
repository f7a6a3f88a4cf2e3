// Package problem holds what is wrong with an input as values, so that all of it
// can be reported at once.
package problem

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A Problem is one thing wrong with an input.
type Problem struct {
	Subject string `json:"subject"` // a flag, a key, or file:line
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// List is every problem of one input. As an error it reads one line a problem.
type List []Problem

// A Refusal says why something is not done although the input is legal: the reason first, then what was found where.
type Refusal struct{ List }

// Add appends a problem without a hint.
func (l *List) Add(subject, format string, args ...any) {
	*l = append(*l, Problem{Subject: subject, Message: fmt.Sprintf(format, args...)})
}

// Hint appends a problem with a hint.
func (l *List) Hint(hint, subject, format string, args ...any) {
	*l = append(*l, Problem{Subject: subject, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// Err is l as an error, or nil if nothing is wrong.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error joins the problems, a line each, hints below.
func (l List) Error() string {
	var b strings.Builder
	for i, p := range l {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p.String())
	}
	return b.String()
}

// String is the problem in one line, its hint in a second.
func (p Problem) String() string {
	s := p.Message
	if p.Subject != "" {
		s = p.Subject + ": " + s
	}
	if p.Hint != "" {
		s += "\nhint: " + p.Hint
	}
	return s
}

// Sorted returns l in the order of files and lines, so that a report is the same every time.
func (l List) Sorted() List {
	out := slices.Clone(l)
	slices.SortStableFunc(out, func(a, b Problem) int {
		af, al := place(a.Subject)
		bf, bl := place(b.Subject)
		return cmp.Or(strings.Compare(af, bf), cmp.Compare(al, bl), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(out)
}

// place splits file:line, so that line 9 comes before line 10.
func place(subject string) (string, int) {
	if i := strings.LastIndexByte(subject, ':'); i >= 0 {
		if n, err := strconv.Atoi(subject[i+1:]); err == nil {
			return subject[:i], n
		}
	}
	return subject, 0
}

// Plain makes s safe to print on a terminal: control characters but line break and tab, and the marks that reorder text,
// come out as Go escapes. Input is echoed in messages, and an escape sequence in a name must not run.
func Plain(s string) string {
	clean := func(r rune) bool { return r == '\n' || r == '\t' || unicode.IsPrint(r) }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) || r == unicode.ReplacementChar }) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == unicode.ReplacementChar && !strings.HasPrefix(s[i:], string(unicode.ReplacementChar)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case clean(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}

// Take adds err's problems to l. It reports false if err is something else, which is then the caller's to return.
func (l *List) Take(err error) bool {
	var more List
	if err == nil {
		return true
	}
	if !errors.As(err, &more) {
		return false
	}
	*l = append(*l, more...)
	return true
}
