package patch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/tree"
)

// big is a repository of n Go files of 8 kB. A third of them has to do with HTTP, and one has a server.
func big(n int) tree.Tree {
	var text strings.Builder
	for i := range 40 {
		fmt.Fprintf(&text, "// do%d does something with a and b.\nfunc do%d(a, b int) (int, error) {\n\tif a > b {\n\t\treturn 0, errors.New(\"too much of it\")\n\t}\n\treturn a*%d + b, nil\n}\n\n", i, i, i)
	}
	out := tree.Tree{
		"go.mod":          {Data: []byte("module example.com/big\n\ngo 1.24\n")},
		"cmd/big/main.go": {Data: []byte("package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n")},
	}
	for i := range n - 1 {
		head := "import \"errors\"\n\n"
		if i%3 == 0 {
			head = "import (\n\t\"errors\"\n\t\"net/http\"\n)\n\n// show answers.\nfunc show(w http.ResponseWriter, r *http.Request) { w.WriteHeader(404) }\n\n"
		}
		out[fmt.Sprintf("internal/p%d/file.go", i)] = tree.File{Data: []byte(fmt.Sprintf("package p%d\n\n%s%s", i, head, text.String()))}
	}
	return out
}

// The cost of looking grows with the files: compare the times of the three.
func BenchmarkLook(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		files := big(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if s := Look(files); len(s.Servers) != 1 {
					b.Fatal(len(s.Servers))
				}
			}
		})
	}
}
