package generate

import (
	_ "embed"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

//go:embed example.txtar
var example string

// Example is a generator of that name that works, with a test, as the files of its folder.
func Example(name string) (tree.Tree, problem.List) {
	if !generatorName.MatchString(name) || len(name) > maxName {
		var p problem.List
		p.Hint("hardwright generator new team-report", "NAME", "%q is not a name of lower-case words joined by -, at most %d letters", name, maxName)
		return nil, p
	}
	out := tree.Tree{}
	at := ""
	for line := range strings.Lines(example) {
		if head, ok := strings.CutPrefix(line, "-- "); ok && strings.HasSuffix(head, " --\n") {
			at = strings.TrimSuffix(head, " --\n")
			out[at] = tree.File{Mode: 0o644}
			continue
		}
		f := out[at]
		f.Data = append(f.Data, strings.ReplaceAll(line, "__NAME__", name)...)
		out[at] = f
	}
	return out, nil
}
