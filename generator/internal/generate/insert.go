package generate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"slices"
	"strings"
)

// A Missed is an insertion that found no place, or more than one.
type Missed struct {
	Into   string
	Anchor Anchor
	Why    string // what was looked for and found
	Text   string // what a person can add by hand, imports included
}

func (m *Missed) Error() string {
	return fmt.Sprintf("%s: %s: %s; add by hand:\n%s", m.Into, m.Anchor, m.Why, m.Text)
}

// manual is the text of an insertion for a person.
func (i Insert) manual() string {
	var b strings.Builder
	for _, p := range i.Imports {
		b.WriteString("import " + quoteImport(p) + "\n")
	}
	return b.String() + i.Text
}

// span is where a text may go: it must be found, if it is there already, between from and to, and goes to at.
type span struct {
	from, to, at   int
	indent         string
	before, behind string // what has to stand around the text, such as a comma after the last element or a line break
}

// Apply puts an insertion into a file, unless it stands there. Line endings are kept; a Go file that was formatted is formatted
// again. old is the text of an earlier run: it is replaced where it stands unchanged. The error is a
// *Missed, or errEdited.
func (i Insert) Apply(src []byte, old *Insert) (out []byte, err error) {
	miss := func(why string) error {
		return &Missed{Into: i.Into, Anchor: i.Anchor, Why: why, Text: i.manual()}
	}
	crlf := allCRLF(src)
	text := src
	if crlf {
		text = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	}
	isGo := strings.HasSuffix(i.Into, ".go")
	formatted := false
	if isGo {
		clean, err := format.Source(text)
		if err != nil {
			return nil, miss("it does not parse: " + firstLine(err))
		}
		formatted = bytes.Equal(clean, text)
	}
	out = text
	if i.Text != "" || old != nil && old.Text != "" {
		if out, err = i.text(out, old); errors.Is(err, errEdited) {
			return nil, err
		} else if err != nil {
			return nil, miss(err.Error())
		}
	}
	if isGo && len(i.Imports) > 0 {
		if out, err = addImports(out, i.Module, i.Imports); err != nil {
			return nil, miss(err.Error())
		}
	}
	if bytes.Equal(out, text) {
		return src, nil
	}
	if strings.HasSuffix(i.Into, ".json") && !json.Valid(out) {
		return nil, miss("with the text it would not parse: an entry, the last one too, ends with a comma")
	}
	if isGo {
		clean, err := format.Source(out)
		if err != nil {
			return nil, miss("with the text it would not parse: " + firstLine(err))
		}
		if formatted {
			out = clean
		}
	}
	if crlf {
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	return out, nil
}

func (i Insert) text(src []byte, old *Insert) ([]byte, error) {
	s, err := i.Anchor.find(src)
	if err != nil {
		return nil, err
	}
	region := src[s.from:s.to]
	there := i.Text != "" && stands(region, i.Text) >= 0
	if old == nil || old.Text == "" || stands([]byte(i.Text), old.Text) >= 0 && there {
		if there {
			return src, nil
		}
	} else if at := stands(region, old.Text); at >= 0 {
		from := s.from + at
		end := from + lineSpan(src[from:], strings.Count(old.Text, "\n"))
		indent := string(src[from : len(src)-len(bytes.TrimLeft(src[from:], " \t"))])
		text := indented(i.Text, indent)
		if there {
			text = ""
		}
		return slices.Concat(src[:from], []byte(text), src[end:]), nil
	} else if there {
		return src, nil
	} else {
		return nil, errEdited
	}
	if i.Text == "" {
		return src, nil
	}
	return slices.Concat(src[:s.at], []byte(s.before+indented(i.Text, s.indent)+s.behind), src[s.at:]), nil
}

// errEdited says that what an earlier run inserted is not there as it was.
var errEdited = errors.New("the text of an earlier run was edited")

// stands returns where text stands in src as whole lines, whatever they are indented by and however gofmt has aligned them, or -1.
func stands(src []byte, text string) int {
	want := squeezed(strings.Split(strings.TrimSuffix(text, "\n"), "\n"))
	lines := strings.SplitAfter(string(src), "\n")
	have := squeezed(lines)
	at := 0
	for i := range lines {
		if i+len(want) <= len(have) && slices.Equal(have[i:i+len(want)], want) {
			return at
		}
		at += len(lines[i])
	}
	return -1
}

// squeezed makes lines comparable: without blanks, which gofmt puts where it likes.
func squeezed(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.Join(strings.Fields(l), "")
	}
	return out
}

// lineSpan is the length of the first n lines.
func lineSpan(src []byte, n int) int {
	at := 0
	for range n {
		i := bytes.IndexByte(src[at:], '\n')
		if i < 0 {
			return len(src)
		}
		at += i + 1
	}
	return at
}

func indented(text, indent string) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		if strings.TrimSpace(l) != "" {
			b.WriteString(indent)
		}
		b.WriteString(l)
	}
	return b.String()
}

func allCRLF(b []byte) bool {
	n := bytes.Count(b, []byte("\n"))
	return n > 0 && n == bytes.Count(b, []byte("\r\n"))
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// find looks for the anchor.
func (a Anchor) find(src []byte) (span, error) {
	switch {
	case a.Go != "":
		return findGo(src, a.Go)
	case a.JSON != "":
		return findJSON(src, a.JSON)
	case a.Pattern != nil:
		return a.line(src)
	}
	return a.block(src)
}

func (a Anchor) line(src []byte) (span, error) {
	s := span{to: len(src), at: -1}
	at, number := 0, 0
	var found []string
	for l := range bytes.Lines(src) {
		number++
		if a.Pattern.Match(bytes.TrimSuffix(l, []byte("\n"))) {
			found = append(found, fmt.Sprint(number))
			s.indent = string(l[:len(l)-len(bytes.TrimLeft(l, " \t"))])
			s.at = at
			if a.After {
				s.at = at + len(l)
				s.before = ""
				if !bytes.HasSuffix(l, []byte("\n")) {
					s.before = "\n"
				}
			}
		}
		at += len(l)
	}
	switch len(found) {
	case 0:
		return s, errors.New("no line matches")
	case 1:
		return s, nil
	}
	return s, fmt.Errorf("%d lines match: %s", len(found), strings.Join(found[:min(5, len(found))], ", "))
}

// block finds the lines that begin and end a named block, in any comment syntax.
func (a Anchor) block(src []byte) (span, error) {
	var begins, ends []int
	s := span{}
	at := 0
	for l := range bytes.Lines(src) {
		words := strings.Fields(string(l))
		for k := range words {
			if k+1 >= len(words) || words[k+1] != a.Block {
				continue
			}
			switch {
			case strings.HasSuffix(words[k], "hardwright:begin"):
				begins = append(begins, at)
				s.from = at + len(l)
			case strings.HasSuffix(words[k], "hardwright:end"):
				ends = append(ends, at)
				s.to, s.at = at, at
				s.indent = string(l[:len(l)-len(bytes.TrimLeft(l, " \t"))])
			}
		}
		at += len(l)
	}
	switch {
	case len(begins) == 0 && len(ends) == 0:
		return s, fmt.Errorf("no lines hardwright:begin %s and hardwright:end %s", a.Block, a.Block)
	case len(begins) != 1 || len(ends) != 1:
		return s, fmt.Errorf("%d lines hardwright:begin %s and %d hardwright:end %s, want one of each", len(begins), a.Block, len(ends), a.Block)
	case s.to < s.from:
		return s, fmt.Errorf("hardwright:end %s is before hardwright:begin %s", a.Block, a.Block)
	}
	return s, nil
}
