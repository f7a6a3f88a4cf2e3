package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unpackForeign writes one of the repositories and returns its folder.
func unpackForeign(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	readForeign(t, "foreign/"+name+".txtar").unpack(t, dir)
	return dir
}

// succeeds runs hardwright and wants exit 0.
func succeeds(t *testing.T, dir string, args ...string) result {
	t.Helper()
	r := hardwright(t, dir, args...)
	if r.code != 0 {
		t.Fatalf("%v: exit %d\n%s", args, r.code, r.stderr)
	}
	return r
}

// Confluence and Inverse: in any order, one at a time or at once, adding gives the same bytes, and removing gives back what was there.
func TestForeignOrder(t *testing.T) {
	names := []string{"headers", "timeouts", "ratelimit"}
	for _, repo := range []string{"mux", "server-literal", "echo", "gin-run-port", "negroni-run", "crlf", "other-package"} {
		t.Run(repo, func(t *testing.T) {
			dir := unpackForeign(t, repo)
			before := contents(t, dir)
			succeeds(t, dir, append([]string{"add", "--no-build"}, names...)...)
			want := contents(t, dir)
			succeeds(t, dir, append([]string{"remove", "--no-build"}, names...)...)
			if d := difference(before, contents(t, dir)); d != "" {
				t.Fatalf("all at once: %s", d)
			}
			for i, order := range permutations(names) {
				for _, name := range order {
					succeeds(t, dir, "add", "--no-build", name)
				}
				if d := difference(want, contents(t, dir)); d != "" {
					t.Errorf("added as %v: %s", order, d)
				}
				back := permutations(names)[(i+1)%6]
				for _, name := range back {
					succeeds(t, dir, "remove", "--no-build", name)
				}
				if d := difference(before, contents(t, dir)); d != "" {
					t.Fatalf("added as %v, removed as %v: %s", order, back, d)
				}
			}
		})
	}
}

func permutations(list []string) [][]string {
	if len(list) <= 1 {
		return [][]string{slices.Clone(list)}
	}
	var out [][]string
	for i := range list {
		for _, rest := range permutations(slices.Delete(slices.Clone(list), i, i+1)) {
			out = append(out, append([]string{list[i]}, rest...))
		}
	}
	return out
}

// A person goes on writing in the file that has our words. What they wrote stays; what we wrote comes and goes.
func TestForeignEdited(t *testing.T) {
	dir := unpackForeign(t, "two-servers")
	main := filepath.Join(dir, "main.go")
	edit := func(old, new string) {
		t.Helper()
		src, err := os.ReadFile(main)
		if err != nil || !bytes.Contains(src, []byte(old)) {
			t.Fatalf("%q is not in main.go: %v", old, err)
		}
		if err := os.WriteFile(main, bytes.Replace(src, []byte(old), []byte(new), 1), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	succeeds(t, dir, "add", "headers", "--server", "main.go:16")
	edit("func main() {\n", "// main serves.\nfunc main() {\n\tlog.Print(\"one more line\")\n")
	edit(`"/", hello`, `"/hello", hello`)
	r := succeeds(t, dir, "add", "recover")
	if !strings.Contains(r.stderr, "main.go was edited since: our part is found by syntax") {
		t.Errorf("nobody says how the edited file was read:\n%s", r.stderr)
	}
	src, err := os.ReadFile(main)
	if err != nil || bytes.Count(src, []byte("guard.Handler(mux)")) != 1 || !bytes.Contains(src, []byte("one more line")) {
		t.Fatalf("%v\n%s", err, src)
	}
	edit("// pprof", "// for us")
	succeeds(t, dir, "remove", "headers", "recover")
	want := strings.NewReplacer("func main() {\n", "// main serves.\nfunc main() {\n\tlog.Print(\"one more line\")\n", `"/", hello`, `"/hello", hello`, "// pprof", "// for us").Replace(string(before))
	if src, err = os.ReadFile(main); err != nil || string(src) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, src, want)
	}
}

// A person puts our handler around another server too. Which of the calls is ours cannot be told then: the file is left as it is while it
// may stay so, and what would have to change in it is a conflict.
func TestForeignWrappedTwice(t *testing.T) {
	dir := unpackForeign(t, "two-servers")
	succeeds(t, dir, "add", "headers", "--server", "main.go:16")
	main := filepath.Join(dir, "main.go")
	src, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	mine := bytes.Replace(src, []byte(`:0", nil)`), []byte(`:0", guard.Handler(http.DefaultServeMux))`), 1)
	if bytes.Equal(mine, src) {
		t.Fatalf("no second server:\n%s", src)
	}
	if err := os.WriteFile(main, mine, 0o644); err != nil {
		t.Fatal(err)
	}
	r := succeeds(t, dir, "add", "recover")
	if got, err := os.ReadFile(main); err != nil || !bytes.Equal(got, mine) || !strings.Contains(r.stderr, "main.go is left as it is") {
		t.Errorf("%v\n%s%s", err, r.stderr, got)
	}
	succeeds(t, dir, "add", "timeouts")
	before := contents(t, dir)
	r = hardwright(t, dir, "remove", "timeouts")
	if r.code != 1 || !strings.Contains(r.stderr, "the timeouts cannot be taken out of code that was edited") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
	r = hardwright(t, dir, "remove", "headers", "recover", "timeouts")
	if r.code != 3 || !strings.Contains(r.stderr, "main.go: it was edited where hardwright changed it: it calls guard.Handler 2 times, and one call is ours") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
	if d := difference(before, contents(t, dir)); d != "" {
		t.Errorf("refused, and wrote: %s", d)
	}
}

// One server has our handler. A person puts it around another one too, in another file: both stay, and ours goes alone.
func TestForeignAnotherByHand(t *testing.T) {
	dir := unpackForeign(t, "two-servers")
	if err := os.WriteFile(filepath.Join(dir, "second.go"), []byte("package main\n\nimport \"net/http\"\n\nfunc second() { http.ListenAndServe(\"127.0.0.1:0\", nil) }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	succeeds(t, dir, "add", "headers", "--server", "main.go:16")
	r := hardwright(t, dir, "add", "recover", "--server", "second.go:5")
	if r.code != 1 || !strings.Contains(r.stderr, "our handler is around another server: main.go:16") {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
	second := []byte("package main\n\nimport (\n\t\"net/http\"\n\n\t\"example.com/shop/internal/guard\"\n)\n\nfunc second() { http.ListenAndServe(\"127.0.0.1:0\", guard.Handler(http.DefaultServeMux)) }\n")
	if err := os.WriteFile(filepath.Join(dir, "second.go"), second, 0o644); err != nil {
		t.Fatal(err)
	}
	wrapped, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	succeeds(t, dir, "add", "recover")
	if got, err := os.ReadFile(filepath.Join(dir, "main.go")); err != nil || !bytes.Equal(got, wrapped) {
		t.Errorf("%v\n%s", err, got)
	}
	if r := hardwright(t, dir, "remove", "headers", "recover"); r.code != 1 || !strings.Contains(r.stderr, "second.go:6:2: ") {
		t.Errorf("what a person wrote needs our package, and it goes: exit %d\n%s", r.code, r.stderr)
	}
}

// hardwright.yaml is a person's to edit: what it says comes with the next add, and what it no longer says can still be removed.
func TestForeignYAMLEdited(t *testing.T) {
	dir := unpackForeign(t, "mux")
	before := contents(t, dir)
	succeeds(t, dir, "add", "--no-build", "headers")
	at := filepath.Join(dir, "hardwright.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("# Ours.\nversion: 1\nmodule: example.com/shop\nwith:\n  - headers # for all\n  - recover\nset: {headers: {policy: api}}\n")
	if r := hardwright(t, dir, "add", "headers", "--check"); r.code != 3 {
		t.Errorf("exit %d\n%s", r.code, r.stderr)
	}
	succeeds(t, dir, "add", "--no-build", "headers")
	if _, err := os.Stat(filepath.Join(dir, "internal/guard/recovery.go")); err != nil {
		t.Error(err)
	}
	if src, err := os.ReadFile(at); err != nil || !strings.Contains(string(src), "- headers # for all") {
		t.Errorf("%v\n%s", err, src)
	}
	write("version: 1\n")
	succeeds(t, dir, "remove", "--no-build", "headers", "recover")
	left := contents(t, dir)
	delete(left, "hardwright.yaml") // it says what a person wrote
	delete(left, "hardwright.lock")
	if d := difference(before, left); d != "" {
		t.Error(d)
	}
}

// A person moves the file that has our words to another folder: the call in it is theirs from now on.
func TestForeignMoved(t *testing.T) {
	dir := unpackForeign(t, "mux")
	succeeds(t, dir, "add", "headers")
	if err := os.MkdirAll(filepath.Join(dir, "cmd/shop"), 0o755); err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(dir, "cmd/shop/main.go")
	if err := os.Rename(filepath.Join(dir, "main.go"), moved); err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(moved)
	if err != nil {
		t.Fatal(err)
	}
	r := succeeds(t, dir, "add", "recover")
	if got, err := os.ReadFile(moved); err != nil || !bytes.Equal(got, src) || !strings.Contains(r.stderr, "guard.Handler is called already: cmd/shop/main.go:") {
		t.Errorf("%v\n%s%s", err, r.stderr, got)
	}
	if r := hardwright(t, dir, "remove", "headers", "recover"); r.code != 1 || !strings.Contains(r.stderr, "cmd/shop/main.go:9:2: ") {
		t.Errorf("what a person wrote needs our package, and it goes: exit %d\n%s", r.code, r.stderr)
	}
}

// A person changes the call that starts the server. It stays theirs, and so does what it calls.
func TestForeignStartEdited(t *testing.T) {
	dir := unpackForeign(t, "echo-server")
	succeeds(t, dir, "add", "headers")
	main := filepath.Join(dir, "main.go")
	src, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	mine := bytes.Replace(src, []byte("guard.StartServer(srv, e)"), []byte("guard.StartServer(srv, http.Handler(e))"), 1)
	if bytes.Equal(mine, src) {
		t.Fatalf("echo is not started by us:\n%s", src)
	}
	if err := os.WriteFile(main, mine, 0o644); err != nil {
		t.Fatal(err)
	}
	succeeds(t, dir, "add", "recover")
	if got, err := os.ReadFile(main); err != nil || !bytes.Equal(got, mine) {
		t.Errorf("%v\n%s", err, got)
	}
}

// Where a person took our words into something of their own, or edited our package, nothing is guessed: exit 3 or 1, and nothing is written.
func TestForeignConflicts(t *testing.T) {
	tests := []struct{ name, file, old, new, says string }{
		{"our call moved into theirs", "main.go", "guard.Handler(mux)", "wrap(guard.Handler)(mux)", "main.go: "},
		{"our package is used elsewhere", "main.go", "func main() {\n", "var handler = guard.Handler\n\nfunc main() {\n", "main.go: "},
		{"no longer Go", "main.go", "func main() {\n", "func main( {\n", "main.go: "},
		{"our file is edited", "internal/guard/headers.go", "\npackage guard\n", "\npackage guard\n\n// Mine.\n", "internal/guard/headers.go: it was edited, and would go with headers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := unpackForeign(t, "mux")
			succeeds(t, dir, "add", "headers")
			at := filepath.Join(dir, filepath.FromSlash(tt.file))
			src, err := os.ReadFile(at)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Contains(src, []byte(tt.old)) {
				tt.old, tt.new = strings.TrimPrefix(tt.old, "\n"), strings.TrimPrefix(tt.new, "\n")
			}
			edited := bytes.Replace(src, []byte(tt.old), []byte(tt.new), 1)
			if bytes.Equal(edited, src) {
				t.Fatalf("%q is not in %s", tt.old, tt.file)
			}
			if err := os.WriteFile(at, edited, 0o644); err != nil {
				t.Fatal(err)
			}
			before := contents(t, dir)
			r := hardwright(t, dir, "remove", "headers")
			if r.code != 3 || !strings.Contains(r.stderr, tt.says) {
				t.Errorf("exit %d\n%s", r.code, r.stderr)
			}
			if d := difference(before, contents(t, dir)); d != "" {
				t.Errorf("refused, and wrote: %s", d)
			}
		})
	}
}

// Repositories that nobody would make on purpose: a clear line each, nothing lost, nothing outside touched.
func TestForeignBadInputs(t *testing.T) {
	const serve = "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\"127.0.0.1:0\", nil) }\n"
	const mod = "module example.com/shop\n\ngo 1.24\n"
	write := func(dir, name, text string) {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(dir, to, name string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name string
		make func(dir, outside string)
		code int
		says string
	}{
		{"the program is a link", func(dir, outside string) {
			write(outside, "main.go", serve)
			link(dir, filepath.Join(outside, "main.go"), "main.go")
		}, 1, "links were not followed"},
		{"our folder is a link", func(dir, outside string) {
			write(dir, "main.go", serve)
			link(dir, outside, "internal")
		}, 2, "internal is a link, and links are not followed"},
		{"a folder is a link to itself", func(dir, outside string) {
			write(dir, "main.go", serve)
			link(dir, ".", "loop")
			link(dir, outside, "elsewhere")
			write(outside, "other/main.go", serve)
		}, 0, ""},
		{"a name with an escape sequence", func(dir, _ string) { write(dir, "ma\x1b[31min.go", serve) }, 1, `ma\x1b[31min.go`},
		{"50 MB of Go", func(dir, _ string) {
			write(dir, "main.go", serve)
			write(dir, "big.go", "package main\n")
			if err := os.Truncate(filepath.Join(dir, "big.go"), 50<<20); err != nil {
				t.Fatal(err)
			}
		}, 0, "big.go cannot be read, or is too long"},
		{"5 MB of Go", func(dir, _ string) {
			write(dir, "main.go", strings.Replace(serve, "\n\nfunc", "\n\n// "+strings.Repeat("x", 5<<20)+"\nfunc", 1))
		}, 1, "main.go:1: not looked at: longer than 4 MiB"},
		{"go.mod is no go.mod", func(dir, _ string) {
			write(dir, "main.go", serve)
			write(dir, "go.mod", "package main\n")
		}, 1, "go.mod names no module"},
		{"a module that cannot be imported", func(dir, _ string) {
			write(dir, "main.go", serve)
			write(dir, "go.mod", "module example.com/x;touch\n\ngo 1.24\n")
		}, 1, `no package of module "example.com/x;touch" can be imported`},
		{"the lock of a newer hardwright", func(dir, _ string) {
			write(dir, "main.go", serve)
			write(dir, "hardwright.yaml", "version: 1\n")
			write(dir, "hardwright.lock", "version: 2\n")
		}, 2, "written by a newer hardwright"},
		{"a lock of ours without hardwright.yaml", func(dir, _ string) {
			write(dir, "main.go", serve)
			write(dir, "hardwright.lock", "version: 1\n")
		}, 2, "hardwright.yaml: it is missing"},
		{"hardwright.yaml without a lock", func(dir, _ string) {
			write(dir, "main.go", serve)
			write(dir, "hardwright.yaml", "version: 1\nwith: [headers]\n")
		}, 2, "hardwright.lock: it is missing"},
		{"a folder called hardwright.yaml", func(dir, _ string) {
			write(dir, "main.go", serve)
			write(dir, "hardwright.yaml/x", "")
		}, 2, "hardwright.yaml: it is a folder"},
		{"a folder called main.go", func(dir, _ string) { write(dir, "main.go/x", "") }, 1, "nothing here gives an HTTP server its handler"},
		{"nothing at all", func(dir, _ string) {
			if err := os.Remove(filepath.Join(dir, "go.mod")); err != nil {
				t.Fatal(err)
			}
		}, 1, "nothing here gives an HTTP server its handler"},
		{"deep nesting", func(dir, _ string) {
			write(dir, "main.go", serve)
			write(dir, "deep.go", "package main\n\nvar _ = \"net/http ListenAndServe\" + "+strings.Repeat("(", 200000)+"1"+strings.Repeat(")", 200000)+"\n")
		}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			dir, outside := filepath.Join(root, "shop"), filepath.Join(root, "outside")
			write(dir, "go.mod", mod)
			write(outside, "kept", "as it was\n")
			tt.make(dir, outside)
			before, kept := contents(t, dir), contents(t, outside)
			r := hardwright(t, dir, "add", "headers", "--no-build")
			if r.code != tt.code || !strings.Contains(r.stderr, tt.says) {
				t.Errorf("exit %d, want %d\n%s", r.code, tt.code, tail(fmt.Sprintf("%q", r.stderr), 2000))
			}
			if strings.Contains(r.stderr, "\x1b") {
				t.Error("an escape sequence of the input came back raw")
			}
			if d := difference(kept, contents(t, outside)); d != "" {
				t.Errorf("something outside: %s", d)
			}
			if tt.code == 0 {
				succeeds(t, dir, "remove", "headers")
			}
			if d := difference(before, contents(t, dir)); d != "" {
				t.Errorf("something is lost: %s", d)
			}
		})
	}
}
