package plan

import (
	"bytes"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
)

// Diff shows a step as a unified diff against what the plan was made against. Of a conflict it shows the file with conflict markers.
func (s Step) Diff() string {
	from, to := "a/"+s.Path, "b/"+s.Path
	if s.Old == nil {
		from = "/dev/null"
	}
	if s.New == nil {
		to = "/dev/null"
	}
	head := "--- " + from + "\n+++ " + to + "\n"
	switch {
	case s.Kind == Conflict && s.New == nil:
		return "--- " + from + "\n"
	case bytes.IndexByte(s.Old, 0) >= 0 || bytes.IndexByte(s.New, 0) >= 0:
		return head + "Binary files differ\n"
	}
	text := udiff.Unified(from, to, string(s.Old), string(s.New))
	if text == "" {
		return head
	}
	return strings.TrimSuffix(text, "\n") + "\n"
}
