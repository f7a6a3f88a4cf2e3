package merge

import (
	"strings"
	"testing"
)

// file is a Go file with those import lines, "" for an empty line between groups, and that code.
func file(code string, imports ...string) string {
	if len(imports) == 0 {
		return "package x\n\n" + code + "\n"
	}
	return "package x\n\nimport (\n\t" + strings.ReplaceAll(strings.Join(imports, "\n\t"), "\n\t\n", "\n\n") + "\n)\n\n" + code + "\n"
}

func TestImports(t *testing.T) {
	const code = "var _ = fmt.Sprint(os.Args)"
	tests := []struct {
		name, base, ours, theirs, want string
	}{
		{"both add neighbors", file(code, `"fmt"`, `"os"`), file(code, `"fmt"`, `"net"`, `"os"`), file(code, `"fmt"`, `"io"`, `"os"`), file(code, `"fmt"`, `"io"`, `"net"`, `"os"`)},
		{"both add the same", file(code, `"fmt"`), file(code, `"fmt"`, `"os"`), file(code, `"fmt"`, `"io"`, `"os"`), file(code, `"fmt"`, `"io"`, `"os"`)},
		{"they add a group", file(code, `"fmt"`, `"os"`), file(code, `"fmt"`, `"net"`, `"os"`, ``, `"corp.test/a"`), file(code, `"fmt"`, `"os"`, ``, `"corp.test/b"`),
			file(code, `"fmt"`, `"net"`, `"os"`, ``, `"corp.test/b"`, ``, `"corp.test/a"`)},
		{"they remove what nobody uses", file(code, `"fmt"`, `"io"`, `"os"`), file(code, `"fmt"`, `"io"`, `"net"`, `"os"`), file(code, `"fmt"`, `"os"`), file(code, `"fmt"`, `"net"`, `"os"`)},
		{"they remove what our code uses", file("var a = 1\n\nvar b = time.Now()", `"fmt"`, `"time"`), file("var a = time.Now()\n\nvar b = time.Now()", `"fmt"`, `"time"`), file("var a = 1", `"fmt"`),
			"conflict"},
		{"an unchanged file of ours takes theirs as it is", file(code, `"fmt"`, `"os"`), file(code+"\n\nvar mine = 1", `"fmt"`, `"os"`), file(code, `"os"`, ``, `"fmt"`), file(code+"\n\nvar mine = 1", `"os"`, ``, `"fmt"`)},
		{"named and blank imports", file(code, `"fmt"`), file(code, `_ "embed"`, `"fmt"`), file(code, `"fmt"`, `x "os"`), file(code, `_ "embed"`, `"fmt"`, `x "os"`)},
		{"the first import of both", file("var a = 1"), file("var a = 1", `"os"`), file("var a = 1", `"fmt"`), "package x\n\nimport (\n\t\"fmt\"\n)\n\nvar a = 1\n"},
	}
	for _, tt := range tests {
		r := File("x.go", []byte(tt.base), []byte(tt.ours), []byte(tt.theirs))
		got := string(r.Text())
		switch {
		case tt.want == "conflict":
			if r.Clean() {
				t.Errorf("%s: no conflict:\n%s", tt.name, got)
			}
		case tt.name == "the first import of both":
			if !r.Clean() || !strings.Contains(got, `"fmt"`) || !strings.Contains(got, `"os"`) {
				t.Errorf("%s:\n%s", tt.name, got)
			}
		case !r.Clean() || got != tt.want:
			t.Errorf("%s: clean %v\n%s\nwant\n%s", tt.name, r.Clean(), got, tt.want)
		}
	}
}

func TestImportThatOurCodeUsesStays(t *testing.T) {
	base := file("func a() {}\n\nfunc b() { time.Now() }\n\nfunc c() {}", `"fmt"`, `"time"`)
	ours := file("func a() { time.Now() }\n\nfunc b() { time.Now() }\n\nfunc c() {}", `"fmt"`, `"time"`)
	theirs := file("func a() {}\n\nfunc b() {}\n\nfunc c() {}", `"fmt"`)
	want := file("func a() { time.Now() }\n\nfunc b() {}\n\nfunc c() {}", `"fmt"`, `"time"`)
	if r := File("x.go", []byte(base), []byte(ours), []byte(theirs)); !r.Clean() || string(r.Text()) != want {
		t.Errorf("%v\n%s", r.Conflicts, r.Text())
	}
}

// Comments among the imports are a person's: such files are merged by lines, so that none is lost.
func TestCommentsAmongImportsAreMergedByLines(t *testing.T) {
	base, theirs := file("var a = 1", `"fmt"`, `"os"`), file("var a = 1", `"fmt"`, `"os"`, `"time"`)
	ours := file("var a = 1", `"fmt" // mine`, `"os"`)
	if r := File("x.go", []byte(base), []byte(ours), []byte(theirs)); !strings.Contains(string(r.Text()), "// mine") {
		t.Errorf("%s", r.Text())
	}
}

func TestConflictBehindImportsNamesItsLine(t *testing.T) {
	base := file("var a = 1", `"fmt"`)
	ours := file("var a = 2", `"fmt"`, `"net"`, `"os"`)
	theirs := file("var a = 3", `"fmt"`, `"io"`)
	r := File("x.go", []byte(base), []byte(ours), []byte(theirs))
	if len(r.Conflicts) != 1 || r.Conflicts[0].Line != 9 {
		t.Errorf("%+v", r.Conflicts)
	}
}
