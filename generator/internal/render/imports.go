package render

import (
	"bytes"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// rewriteImports renames the module that Go source imports from. Only import specifications change:
// the path is data about imports, not a hole in a text.
func rewriteImports(src []byte, from, to string) ([]byte, error) {
	if from == to || !bytes.Contains(src, []byte(from)) {
		return src, nil
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var out []byte
	done := 0
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		rest, ok := strings.CutPrefix(p, from)
		if !ok || rest != "" && rest[0] != '/' {
			continue // example.com/apple is not example.com/app
		}
		at := fset.Position(spec.Path.Pos()).Offset
		out = append(out, src[done:at]...)
		out = strconv.AppendQuote(out, to+rest)
		done = at + len(spec.Path.Value)
	}
	return append(out, src[done:]...), nil
}
