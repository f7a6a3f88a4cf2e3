package plan

import (
	"bytes"
	"fmt"
	"strings"
)

// Diff shows a step as a unified diff against what the plan was made against.
func (s Step) Diff() string {
	from, to := "a/"+s.Path, "b/"+s.Path
	if s.Old == nil {
		from = "/dev/null"
	}
	if s.New == nil {
		to = "/dev/null"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", from, to)
	was, is := lines(s.Old), lines(s.New)
	if len(was)+len(is) == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, "@@ -%s +%s @@\n", span(len(was)), span(len(is)))
	hunk(&b, '-', was)
	hunk(&b, '+', is)
	return b.String()
}

func span(n int) string {
	if n == 0 {
		return "0,0"
	}
	return fmt.Sprintf("1,%d", n)
}

func hunk(b *strings.Builder, mark byte, lines [][]byte) {
	for _, l := range lines {
		b.WriteByte(mark)
		b.Write(l)
		if !bytes.HasSuffix(l, []byte("\n")) {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// lines splits text after each newline.
func lines(text []byte) [][]byte {
	if len(text) == 0 {
		return nil
	}
	all := bytes.SplitAfter(text, []byte("\n"))
	if len(all[len(all)-1]) == 0 {
		all = all[:len(all)-1]
	}
	return all
}
