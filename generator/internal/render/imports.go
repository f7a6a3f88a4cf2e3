package render

import (
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// rewriteImports renames the module that Go source imports from, and lists what it imports from other modules. Only import
// specifications change: the path is data about imports, not a hole in a text.
func rewriteImports(src []byte, from, to string) (out []byte, foreign []string, err error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.ImportsOnly)
	if err != nil {
		return nil, nil, err
	}
	done := 0
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		rest, ok := strings.CutPrefix(p, from)
		if !ok || rest != "" && rest[0] != '/' {
			if ImportGroup(p) == 1 {
				foreign = append(foreign, p)
			}
			continue // example.com/apple is not example.com/app
		}
		if from == to {
			continue
		}
		at := fset.Position(spec.Path.Pos()).Offset
		out = append(out, src[done:at]...)
		out = strconv.AppendQuote(out, to+rest)
		done = at + len(spec.Path.Value)
	}
	if done == 0 {
		return src, foreign, nil
	}
	return append(out, src[done:]...), foreign, nil
}
