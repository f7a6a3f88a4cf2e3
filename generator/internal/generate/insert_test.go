package generate

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

func goAt(anchor string) Anchor { return Anchor{Go: anchor} }

func TestInsert(t *testing.T) {
	tests := []struct {
		name   string
		anchor Anchor
		text   string
		src    string
		want   string // "" if nothing is to do
	}{
		{"a returned literal", goAt("return f"), "b,", "package a\n\nfunc f() []T {\n\treturn []T{\n\t\ta, // one\n\t}\n}\n", "package a\n\nfunc f() []T {\n\treturn []T{\n\t\ta, // one\n\t\tb,\n\t}\n}\n"},
		{"an empty one", goAt("return f"), "b,", "package a\n\nfunc f() []T {\n\treturn []T{}\n}\n", "package a\n\nfunc f() []T {\n\treturn []T{\n\t\tb,\n\t}\n}\n"},
		{"one on a line", goAt("return f"), "b,", "package a\n\nfunc f() []T { return []T{a} }\n", "package a\n\nfunc f() []T {\n\treturn []T{a,\n\t\tb,\n\t}\n}\n"},
		{"one with its brace behind", goAt("return f"), "c,", "package a\n\nfunc f() []T {\n\treturn []T{\n\t\ta,\n\t\tb}\n}\n", "package a\n\nfunc f() []T {\n\treturn []T{\n\t\ta,\n\t\tb,\n\t\tc,\n\t}\n}\n"},
		{"a pointer", goAt("return f"), "B: 1,", "package a\n\nfunc f() *T {\n\treturn &T{\n\t\tA: 1,\n\t}\n}\n", "package a\n\nfunc f() *T {\n\treturn &T{\n\t\tA: 1,\n\t\tB: 1,\n\t}\n}\n"},
		{"a method", goAt("return T.f"), "b,", "package a\n\nfunc f() []T {\n\treturn []T{}\n}\n\nfunc (t *T[X]) f() []T {\n\treturn []T{}\n}\n", "package a\n\nfunc f() []T {\n\treturn []T{}\n}\n\nfunc (t *T[X]) f() []T {\n\treturn []T{\n\t\tb,\n\t}\n}\n"},
		{"a comment at the end", goAt("return f"), "b,", "package a\n\nfunc f() []T {\n\treturn []T{\n\t\ta,\n\t\t// more\n\t}\n}\n", "package a\n\nfunc f() []T {\n\treturn []T{\n\t\ta,\n\t\t// more\n\t\tb,\n\t}\n}\n"},
		{"not that of a function inside", goAt("return f"), "b,", "package a\n\nfunc f() []T {\n\tg := func() []T { return []T{x} }\n\t_ = g\n\treturn []T{}\n}\n", "package a\n\nfunc f() []T {\n\tg := func() []T { return []T{x} }\n\t_ = g\n\treturn []T{\n\t\tb,\n\t}\n}\n"},
		{"there already", goAt("return f"), "{\"a\",  B},", "package a\n\nfunc f() []T {\n\treturn []T{\n\t\t{ \"a\", B },\n\t\tc,\n\t}\n}\n", ""},
		{"there, and aligned", goAt("fields T"), "A int // one", "package a\n\ntype T struct {\n\tA   int // one\n\tBcd int\n}\n", ""},
		{"there, but elsewhere", goAt("return f"), "b,", "package a\n\nvar x = []T{\n\tb,\n}\n\nfunc f() []T {\n\treturn []T{}\n}\n", "package a\n\nvar x = []T{\n\tb,\n}\n\nfunc f() []T {\n\treturn []T{\n\t\tb,\n\t}\n}\n"},
		{"a variable", goAt("literal known"), "\"b\": true,", "package a\n\nvar known = map[string]bool{\n\t\"a\": true,\n}\n", "package a\n\nvar known = map[string]bool{\n\t\"a\": true,\n\t\"b\": true,\n}\n"},
		{"a variable of a function", goAt("literal New.steps"), "b,", "package a\n\nfunc New() {\n\tsteps := []step{\n\t\ta,\n\t}\n\t_ = steps\n}\n", "package a\n\nfunc New() {\n\tsteps := []step{\n\t\ta,\n\t\tb,\n\t}\n\t_ = steps\n}\n"},
		{"a variable of a method", goAt("literal T.New.steps"), "b,", "package a\n\nfunc (T) New() {\n\tvar steps = []step{}\n\t_ = steps\n}\n", "package a\n\nfunc (T) New() {\n\tvar steps = []step{\n\t\tb,\n\t}\n\t_ = steps\n}\n"},
		{"a body", goAt("body f"), "b()", "package a\n\nfunc f() {\n\ta()\n}\n", "package a\n\nfunc f() {\n\ta()\n\tb()\n}\n"},
		{"an empty body", goAt("body f"), "b()", "package a\n\nfunc f() {}\n", "package a\n\nfunc f() {\n\tb()\n}\n"},
		{"before a return and its comment", goAt("body f"), "b()\n\nc()", "package a\n\nfunc f() int {\n\ta()\n\t// done\n\treturn 1\n}\n", "package a\n\nfunc f() int {\n\ta()\n\tb()\n\n\tc()\n\t// done\n\treturn 1\n}\n"},
		{"fields", goAt("fields T"), "B string // more", "package a\n\ntype T struct {\n\tAbc int\n}\n", "package a\n\ntype T struct {\n\tAbc int\n\tB   string // more\n}\n"},
		{"fields of an empty struct", goAt("fields T"), "B string", "package a\n\ntype T struct{}\n", "package a\n\ntype T struct {\n\tB string\n}\n"},
		{"methods", goAt("fields T"), "B() string", "package a\n\ntype (\n\tT interface {\n\t\tA()\n\t}\n)\n", "package a\n\ntype (\n\tT interface {\n\t\tA()\n\t\tB() string\n\t}\n)\n"},
		{"constants", goAt("const A"), "C = 3", "package a\n\nconst (\n\tA = 1\n\tB = 2\n)\n\nconst (\n\tX = 1\n)\n", "package a\n\nconst (\n\tA = 1\n\tB = 2\n\tC = 3\n)\n\nconst (\n\tX = 1\n)\n"},
		{"variables", goAt("var B"), "C = 3", "package a\n\nvar (\n\tA, B = 1, 2\n)\n", "package a\n\nvar (\n\tA, B = 1, 2\n\tC    = 3\n)\n"},
		{"the end", goAt("end"), "func b() {}", "package a\n\nfunc a() {}\n", "package a\n\nfunc a() {}\n\nfunc b() {}\n"},
		{"the end without a line break", goAt("end"), "var b int", "package a", "package a\n\nvar b int\n"},
		{"CRLF", goAt("return f"), "b,", "package a\r\n\r\nfunc f() []T {\r\n\treturn []T{}\r\n}\r\n", "package a\r\n\r\nfunc f() []T {\r\n\treturn []T{\r\n\t\tb,\r\n\t}\r\n}\r\n"},
		{"not formatted before", goAt("return f"), "b,", "package a\nfunc  f() []T {\n  return []T{\n    a,\n  }\n}\nvar  x   = 1\n", "package a\nfunc  f() []T {\n  return []T{\n    a,\n    b,\n  }\n}\nvar  x   = 1\n"},
		{"members of an object", Anchor{JSON: "/paths"}, "\"/b\": {\n  \"get\": {}\n},", "{\n  \"x\": {\"paths\": {}},\n  \"paths\": {\n    \"/a\": {}\n  }\n}\n", "{\n  \"x\": {\"paths\": {}},\n  \"paths\": {\n    \"/b\": {\n      \"get\": {}\n    },\n    \"/a\": {}\n  }\n}\n"},
		{"members there already", Anchor{JSON: "/a~1b/c"}, "\"d\": 1,", "{\"a/b\": {\"c\": {\n\t\"e\": 2,\n\t\"d\":1,\n\t\"f\": 3\n}}}\n", ""},
		{"elements of an array", Anchor{JSON: "/tags"}, "{\"name\": \"b\"},", "{\n  \"tags\": [\n    {\"name\": \"a\"}\n  ]\n}\n", "{\n  \"tags\": [\n    {\"name\": \"b\"},\n    {\"name\": \"a\"}\n  ]\n}\n"},
		{"behind a line", Anchor{Pattern: regexp.MustCompile(`^EXPOSE `), After: true}, "ENV A=1", "FROM x\nEXPOSE 1\nCMD a\n", "FROM x\nEXPOSE 1\nENV A=1\nCMD a\n"},
		{"before a line", Anchor{Pattern: regexp.MustCompile(`EXPOSE `)}, "ENV A=1", "FROM x\n  EXPOSE 1\n", "FROM x\n  ENV A=1\n  EXPOSE 1\n"},
		{"behind a last line that does not end", Anchor{Pattern: regexp.MustCompile(`^b$`), After: true}, "c", "a\nb", "a\nb\nc\n"},
		{"behind a line, with CRLF", Anchor{Pattern: regexp.MustCompile(`^b$`), After: true}, "c", "a\r\nb\r\n", "a\r\nb\r\nc\r\n"},
		{"a block", Anchor{Block: "routes"}, "b: 2", "x:\n  # hardwright:begin routes\n  a: 1\n  # hardwright:end routes\n", "x:\n  # hardwright:begin routes\n  a: 1\n  b: 2\n  # hardwright:end routes\n"},
		{"an empty block in HTML", Anchor{Block: "a.b/c"}, "<p>", "<!-- hardwright:begin a.b/c -->\n<!-- hardwright:end a.b/c -->\n", "<!-- hardwright:begin a.b/c -->\n<p>\n<!-- hardwright:end a.b/c -->\n"},
		{"a block in Go", Anchor{Block: "x"}, "b()", "package a\n\nfunc f() {\n\t//hardwright:begin x\n\t//hardwright:end x\n}\n", "package a\n\nfunc f() {\n\t//hardwright:begin x\n\tb()\n\t//hardwright:end x\n}\n"},
		{"in a block already", Anchor{Block: "x"}, "b", "# hardwright:begin x\n    b\n# hardwright:end x\n", ""},
		{"beside a block only", Anchor{Block: "x"}, "b", "b\n# hardwright:begin x\n# hardwright:end x\nb\n", "b\n# hardwright:begin x\nb\n# hardwright:end x\nb\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			into := "x.txt"
			if tt.anchor.JSON != "" {
				into = "x.json"
			}
			if strings.HasPrefix(tt.src, "package") {
				into = "x.go"
			}
			i := Insert{Into: into, Anchor: tt.anchor, Text: dedent(tt.text)}
			got, err := i.Apply([]byte(tt.src), nil)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want == "" {
				want = tt.src
			}
			if string(got) != want {
				t.Fatalf("got\n%s\nwant\n%s", got, want)
			}
			again, err := i.Apply(got, nil)
			if err != nil || string(again) != want {
				t.Errorf("again: %v\n%s", err, again)
			}
			// What was inserted can be replaced and taken out again.
			if tt.want == "" {
				return
			}
			other := i
			other.Text = strings.NewReplacer("b", "q", "B", "Q", "C", "Q").Replace(i.Text)
			if other.Text == i.Text {
				return
			}
			moved, err := other.Apply(got, &i)
			if err != nil || stands(moved, i.Text) >= 0 && !strings.Contains(tt.name, "only") && !strings.Contains(tt.name, "elsewhere") || stands(moved, other.Text) < 0 {
				t.Errorf("replaced: %v\n%s", err, moved)
			}
			gone := i
			gone.Text = ""
			back, err := gone.Apply(got, &i)
			if err != nil || len(back) > len(got)-len(i.Text) {
				t.Errorf("taken out: %v\n%s", err, back)
			}
		})
	}
}

func TestInsertMisses(t *testing.T) {
	tests := []struct{ name, into, anchor, src, want string }{
		{"no function", "a.go", "return f", "package a\n", "no functions f"},
		{"a method, not a function", "a.go", "return f", "package a\nfunc (T) f() []T { return []T{} }\n", "no functions f"},
		{"a method of another type", "a.go", "return U.f", "package a\nfunc (T) f() []T { return []T{} }\n", "no functions U.f"},
		{"no literal", "a.go", "return f", "package a\nfunc f() []T { return nil }\n", "f returns no composite literals"},
		{"two literals", "a.go", "return f", "package a\nfunc f() []T { if x { return []T{} }; return []T{} }\n", "f returns 2 composite literals"},
		{"no variable", "a.go", "literal x", "package a\nvar y = []T{}\n", "no composite literals are assigned to x"},
		{"two variables", "a.go", "literal f.x", "package a\nfunc f() { x := []T{}; x = []T{} }\n", "2 composite literals are assigned to f.x"},
		{"no type", "a.go", "fields T", "package a\ntype T int\n", "no types T"},
		{"no parentheses", "a.go", "const A", "package a\nconst A = 1\n", "const A is not in parentheses"},
		{"no constant", "a.go", "const A", "package a\nvar (\nA = 1\n)\n", "no const A"},
		{"a body on one line", "a.go", "body f", "package a\nfunc f() int { return 1 }\n", "f is on one line"},
		{"does not parse", "a.go", "return f", "package a\nfunc f(\n", "it does not parse"},
		{"no member", "a.json", "/x", "{\"a\": {\"x\": {}}}\n", "no member \"x\""},
		{"a member of an array", "a.json", "/a/x", "{\"a\": [1]}\n", "no object holds \"x\""},
		{"a scalar", "a.json", "/a", "{\"a\": 1}\n", "/a is neither an object nor an array"},
		{"nothing in it", "a.json", "/a", "{\"a\": {}}\n", "/a is empty"},
		{"on one line", "a.json", "/a", "{\"a\": {\"b\": 1}}\n", "/a does not begin a line"},
		{"is no JSON", "a.json", "/a", "{\"a\": {\n}\n", "does not parse as JSON"},
		{"no comma", "a.json", "/a", "{\"a\": [\n1]}\n", "ends with a comma"},
		{"no line", "a", "~^x$", "a\n", "no line matches"},
		{"two lines", "a", "~^x$", "x\na\nx\n", "2 lines match: 1, 3"},
		{"no block", "a", "#x", "a\n", "no lines hardwright:begin x and hardwright:end x"},
		{"half a block", "a", "#x", "# hardwright:begin x\n", "1 lines hardwright:begin x and 0 hardwright:end x"},
		{"two blocks", "a", "#x", strings.Repeat("# hardwright:begin x\n# hardwright:end x\n", 2), "2 lines"},
		{"a block upside down", "a", "#x", "# hardwright:end x\n# hardwright:begin x\n", "is before"},
		{"another block", "a", "#x", "# hardwright:begin xy\n# hardwright:end xy\n", "no lines"},
	}
	for _, tt := range tests {
		a := goAt(tt.anchor)
		if rest, ok := strings.CutPrefix(tt.anchor, "~"); ok {
			a = Anchor{Pattern: regexp.MustCompile(rest), After: true}
		}
		if rest, ok := strings.CutPrefix(tt.anchor, "#"); ok {
			a = Anchor{Block: rest}
		}
		if strings.HasPrefix(tt.anchor, "/") {
			a = Anchor{JSON: tt.anchor}
		}
		i := Insert{Into: tt.into, Anchor: a, Text: "text,\n", Imports: []string{"example.com/x"}}
		_, err := i.Apply([]byte(tt.src), nil)
		var missed *Missed
		if !errors.As(err, &missed) || !strings.Contains(missed.Why, tt.want) || missed.Into != tt.into || missed.Text != "import \"example.com/x\"\ntext,\n" {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	bad := Insert{Into: "a.go", Anchor: goAt("end"), Text: "func {\n"}
	if _, err := bad.Apply([]byte("package a\n"), nil); err == nil || !strings.Contains(err.Error(), "with the text it would not parse") {
		t.Errorf("a text that is no Go: %v", err)
	}
}

func TestInsertedThatIsEdited(t *testing.T) {
	src := []byte("package a\n\nfunc f() []T {\n\treturn []T{\n\t\tedited,\n\t}\n}\n")
	old := &Insert{Into: "a.go", Anchor: goAt("return f"), Text: "old,\n"}
	next := Insert{Into: "a.go", Anchor: goAt("return f"), Text: "next,\n"}
	if _, err := next.Apply(src, old); !errors.Is(err, errEdited) {
		t.Errorf("%v", err)
	}
	next.Text = "edited,\n"
	if out, err := next.Apply(src, old); err != nil || string(out) != string(src) {
		t.Errorf("edited to the same: %v", err)
	}
}

func TestImports(t *testing.T) {
	block := "package a\n\nimport (\n\t\"context\"\n\t\"net/http\"\n\n\t\"github.com/a/b\"\n\n\t\"corp.example/orders/internal/b\"\n)\n"
	tests := []struct{ name, src, add, want string }{
		{"none yet", "package a // x\n\nvar x int\n", "fmt", "package a // x\n\nimport \"fmt\"\n\nvar x int\n"},
		{"one without a block", "package a\n\nimport \"context\" // x\n\nvar x int\n", "fmt", "package a\n\nimport (\n\t\"context\" // x\n\t\"fmt\"\n)\n\nvar x int\n"},
		{"behind cgo's", "package a\n\n// #include <a.h>\nimport \"C\"\n", "fmt", "package a\n\n// #include <a.h>\nimport \"C\"\nimport \"fmt\"\n"},
		{"two without a block", "package a\n\nimport \"context\"\nimport \"os\"\n", "fmt", "package a\n\nimport \"context\"\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n"},
		{"in between", block, "fmt", strings.Replace(block, "\t\"net/http\"", "\t\"fmt\"\n\t\"net/http\"", 1)},
		{"first of its group", block, "bytes", strings.Replace(block, "\t\"context\"", "\t\"bytes\"\n\t\"context\"", 1)},
		{"another module", block, "github.com/z/z", strings.Replace(block, "a/b\"\n", "a/b\"\n\t\"github.com/z/z\"\n", 1)},
		{"our own", block, "corp.example/orders/internal/a", strings.Replace(block, "\t\"corp", "\t\"corp.example/orders/internal/a\"\n\t\"corp", 1)},
		{"with a name", block, "x fmt", strings.Replace(block, "\t\"net/http\"", "\tx \"fmt\"\n\t\"net/http\"", 1)},
		{"there", block, "net/http", block},
		{"for effect, and there", block, "_ net/http", block},
		{"a new group at the end", "package a\n\nimport (\n\t\"fmt\"\n)\n", "corp.example/orders/x", "package a\n\nimport (\n\t\"fmt\"\n\n\t\"corp.example/orders/x\"\n)\n"},
		{"a new group at the start", "package a\n\nimport (\n\t// ours\n\t\"corp.example/orders/x\"\n)\n", "fmt", "package a\n\nimport (\n\t\"fmt\"\n\n\t// ours\n\t\"corp.example/orders/x\"\n)\n"},
		{"an empty block", "package a\n\nimport ()\n", "fmt", "package a\n\nimport (\n\t\"fmt\"\n)\n"},
		{"CRLF", "package a\r\n\r\nimport (\r\n\t\"fmt\"\r\n)\r\n", "os", "package a\r\n\r\nimport (\r\n\t\"fmt\"\r\n\t\"os\"\r\n)\r\n"},
	}
	for _, tt := range tests {
		i := Insert{Into: "a.go", Imports: []string{tt.add}, Module: "corp.example/orders"}
		got, err := i.Apply([]byte(tt.src), nil)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %v\n%s", tt.name, err, got)
			continue
		}
		if again, err := i.Apply(got, nil); err != nil || string(again) != tt.want {
			t.Errorf("%s, again: %v\n%s", tt.name, err, again)
		}
	}
	i := Insert{Into: "a.go", Imports: []string{"net/http"}}
	if _, err := i.Apply([]byte("package a\n\nimport h \"net/http\"\n"), nil); err == nil || !strings.Contains(err.Error(), `as "h"`) {
		t.Errorf("another name: %v", err)
	}
}

func TestDropImports(t *testing.T) {
	block := "package a\n\nimport (\n\t\"fmt\"\n\n\t// ours\n\t\"example.com/x/v2\"\n\ty \"example.com/z\"\n)\n\nvar _ = fmt.Sprint\n"
	tests := []struct{ name, src, drop, want string }{
		{"one of several", block, "example.com/x/v2", strings.Replace(block, "\t// ours\n\t\"example.com/x/v2\"\n", "", 1)},
		{"with a name", block, "y example.com/z", strings.Replace(block, "\ty \"example.com/z\"\n", "", 1)},
		{"of another name", block, "z example.com/z", block},
		{"used", block, "fmt", block},
		{"used by the name before its version", strings.Replace(block, "fmt.Sprint", "x.New", 1), "example.com/x/v2", strings.Replace(block, "fmt.Sprint", "x.New", 1)},
		{"not there", block, "os", block},
		{"the only one", "package a\n\nimport \"os\"\n\nvar x int\n", "os", "package a\n\nvar x int\n"},
		{"the only one of a block", "package a\n\nimport (\n\t\"os\"\n)\n\nvar x int\n", "os", "package a\n\nvar x int\n"},
		{"CRLF", "package a\r\n\r\nimport (\r\n\t\"fmt\"\r\n\t\"os\"\r\n)\r\n\r\nvar _ = fmt.Sprint\r\n", "os", "package a\r\n\r\nimport (\r\n\t\"fmt\"\r\n)\r\n\r\nvar _ = fmt.Sprint\r\n"},
		{"what does not parse", "package a\n\nimport \"os\"\n\nvar {\n", "os", "package a\n\nimport \"os\"\n\nvar {\n"},
		{"not formatted", "package a\nimport \"os\"\nvar  x int\n", "os", "package a\nvar  x int\n"},
	}
	for _, tt := range tests {
		if got := string(dropImports([]byte(tt.src), []string{tt.drop})); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}
