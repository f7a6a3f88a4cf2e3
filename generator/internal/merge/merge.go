// Package merge joins what we would change in a file with what a person changed since we wrote it.
//
// It works on lines, as diff3 does: base is the file as we wrote it, ours is the file as it stands in the repository, theirs is the file
// as we would write it now. Changes to different lines are joined; changes that touch are a conflict unless they are the same. No byte
// that a person wrote is dropped: it is kept, joined, or part of a conflict. No function here touches a disk.
package merge

import (
	"bytes"
	"slices"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
)

// A Conflict is a place where both sides changed the same lines in different ways.
type Conflict struct {
	Line               int // in ours, counted from 1, where the conflict begins
	Base, Ours, Theirs string
}

// A Result is the merged file in pieces.
type Result struct {
	pieces    []piece
	crlf      bool
	Conflicts []Conflict
}

// A piece is text that is settled, or a conflict.
type piece struct {
	text     string
	conflict *Conflict
}

// Clean reports whether there are no conflicts.
func (r Result) Clean() bool { return len(r.Conflicts) == 0 }

// Text is the merged file. It keeps ours where there is a conflict.
func (r Result) Text() []byte {
	return r.join(func(c *Conflict) string { return c.Ours })
}

// Marked is the merged file with ordinary conflict markers, as git writes them.
func (r Result) Marked(ours, theirs string) []byte {
	return r.join(func(c *Conflict) string {
		return "<<<<<<< " + ours + "\n" + ended(c.Ours) + "=======\n" + ended(c.Theirs) + ">>>>>>> " + theirs + "\n"
	})
}

// ended makes sure that a marker begins on a line of its own.
func ended(s string) string {
	if s != "" && !strings.HasSuffix(s, "\n") {
		return s + "\n"
	}
	return s
}

func (r Result) join(conflict func(*Conflict) string) []byte {
	var b strings.Builder
	for _, p := range r.pieces {
		if p.conflict != nil {
			b.WriteString(conflict(p.conflict))
		} else {
			b.WriteString(p.text)
		}
	}
	if r.crlf {
		return []byte(strings.ReplaceAll(b.String(), "\n", "\r\n"))
	}
	return []byte(b.String())
}

// Three merges. If ours ends every line with CRLF, the merge is done on LF and the endings come back; a file that mixes them is
// taken as it is.
func Three(base, ours, theirs []byte) Result { return merged(base, ours, theirs, three) }

func merged(base, ours, theirs []byte, three func(base, ours, theirs string) Result) Result {
	crlf := allCRLF(ours)
	text := func(b []byte) string {
		if crlf {
			b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		}
		return string(b)
	}
	r := three(text(base), text(ours), text(theirs))
	r.crlf = crlf
	return r
}

func allCRLF(b []byte) bool {
	n := bytes.Count(b, []byte("\n"))
	return n > 0 && n == bytes.Count(b, []byte("\r\n"))
}

// three compares the texts in two ways, because lines that repeat can be paired in more than one: what merges in one of them merges.
func three(base, ours, theirs string) Result {
	r := join3(base, changes(base, ours), changes(base, theirs))
	if r.Clean() {
		return r
	}
	if other := join3(base, patience(base, ours), patience(base, theirs)); len(other.Conflicts) < len(r.Conflicts) {
		return other
	}
	return r
}

// join3 makes the changes of both sides in base.
func join3(base string, a, b []change) Result {
	lines := split(base)
	var r Result
	at := 0       // in base
	oursLine := 1 // of the next line to write, in ours
	for len(a) > 0 || len(b) > 0 {
		g := next(&a, &b)
		r.keep(lines[at:g.lo])
		oursLine += g.lo - at
		at = g.hi
		was := strings.Join(lines[g.lo:g.hi], "")
		x, y := over(lines, g, g.ours), over(lines, g, g.theirs)
		switch {
		case x == y, y == was:
			r.pieces = append(r.pieces, piece{text: x})
		case x == was:
			r.pieces = append(r.pieces, piece{text: y})
		default:
			c := Conflict{Line: oursLine, Base: was, Ours: x, Theirs: y}
			r.Conflicts = append(r.Conflicts, c)
			r.pieces = append(r.pieces, piece{conflict: &c})
		}
		oursLine += len(split(x))
	}
	r.keep(lines[at:])
	return r
}

func (r *Result) keep(lines []string) {
	if len(lines) > 0 {
		r.pieces = append(r.pieces, piece{text: strings.Join(lines, "")})
	}
}

// split cuts text into lines that keep their ends.
func split(text string) []string { return slices.Collect(strings.Lines(text)) }

// A change replaces the base lines from lo up to hi.
type change struct {
	lo, hi int
	text   string
}

// changes is the difference between two texts, in lines of base, sorted, with nothing between neighbours merged.
func changes(base, text string) []change {
	starts := map[int]int{0: 0} // byte offset → line
	at := 0
	lines := split(base)
	for i, line := range lines {
		at += len(line)
		starts[at] = i + 1
	}
	var out []change
	for _, e := range udiff.Lines(base, text) {
		c := change{starts[e.Start], starts[e.End], e.New}
		if n := len(out); n > 0 && out[n-1].hi == c.lo {
			out[n-1].hi, out[n-1].text = c.hi, out[n-1].text+c.text
			continue
		}
		out = append(out, c)
	}
	return out
}

// A group is a stretch of base that one side changed, or both.
type group struct {
	lo, hi       int
	ours, theirs []change
}

// next takes the first group off a and b. Changes that touch belong together: without an unchanged line between them nobody can say
// which comes first.
func next(a, b *[]change) group {
	var g group
	first := func(l []change) (change, bool) {
		if len(l) == 0 {
			return change{}, false
		}
		return l[0], true
	}
	x, okx := first(*a)
	y, oky := first(*b)
	if okx && (!oky || x.lo <= y.lo) {
		g.lo, g.hi = x.lo, x.hi
	} else {
		g.lo, g.hi = y.lo, y.hi
	}
	for grown := true; grown; {
		grown = false
		if x, ok := first(*a); ok && x.lo <= g.hi {
			g.ours, *a, g.hi, grown = append(g.ours, x), (*a)[1:], max(g.hi, x.hi), true
		}
		if y, ok := first(*b); ok && y.lo <= g.hi {
			g.theirs, *b, g.hi, grown = append(g.theirs, y), (*b)[1:], max(g.hi, y.hi), true
		}
	}
	return g
}

// over is the text of a group's stretch with one side's changes made.
func over(lines []string, g group, side []change) string {
	var b strings.Builder
	at := g.lo
	for _, c := range side {
		b.WriteString(strings.Join(lines[at:c.lo], ""))
		b.WriteString(c.text)
		at = c.hi
	}
	b.WriteString(strings.Join(lines[at:g.hi], ""))
	return b.String()
}
