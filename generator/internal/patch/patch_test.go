package patch

import (
	"bytes"
	"flag"
	"go/format"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

var update = flag.Bool("update", false, "write what comes out into testdata")

// A situation is a repository, what is asked for, and what is wanted: the files that change, or the report of the refusal.
type situation struct {
	name    string
	archive *txtar.Archive
	ask     map[string]string
	repo    tree.Tree
	want    map[string][]byte
}

func read(t testing.TB, file string) *situation {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &situation{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), archive: a, ask: map[string]string{}, repo: tree.Tree{}, want: map[string][]byte{}}
	for line := range strings.Lines(string(a.Comment)) {
		if ask, ok := strings.CutPrefix(strings.TrimSpace(line), "ask: "); ok {
			for _, word := range strings.Fields(ask) {
				key, value, _ := strings.Cut(word, "=")
				s.ask[key] = value
			}
		}
	}
	for _, f := range a.Files {
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
			s.want[name] = f.Data
			continue
		}
		data := f.Data
		if s.has("crlf") {
			data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		}
		s.repo[f.Name] = tree.File{Data: data, Mode: 0o644}
	}
	return s
}

func (s *situation) has(word string) bool { _, ok := s.ask[word]; return ok }

// got runs the situation: path → content, or "refused" → the report.
func (s *situation) got(t *testing.T) (*Result, map[string][]byte) {
	t.Helper()
	survey := Look(s.repo)
	sv, err := survey.Choose(s.ask["server"])
	if err != nil {
		return nil, map[string][]byte{"refused": []byte(err.Error() + "\n")}
	}
	c := Change{Wrap: !s.has("timeouts-only"), Lasting: s.has("lasting")}
	if s.has("timeouts") || s.has("timeouts-only") {
		c.Fields = fields
	}
	r, err := survey.Patch(sv, c)
	if err != nil {
		return nil, map[string][]byte{"refused": []byte(err.Error() + "\n")}
	}
	out := maps.Clone(r.Files)
	if r.Helper != nil {
		out[Package+"/start.go"] = r.Helper
	}
	if len(r.Notes) > 0 {
		out["notes"] = []byte(strings.Join(r.Notes, "\n") + "\n")
	}
	return r, out
}

func TestPatch(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if want := 81; len(files) != want {
		t.Errorf("%d situations, want %d", len(files), want)
	}
	for _, file := range files {
		s := read(t, file)
		t.Run(s.name, func(t *testing.T) {
			r, got := s.got(t)
			if *update {
				rewrite(t, file, s, got)
				return
			}
			for _, p := range slices.Sorted(maps.Keys(got)) {
				want := s.want[p]
				if s.has("crlf") && p != "notes" && p != "refused" {
					want = bytes.ReplaceAll(want, []byte("\n"), []byte("\r\n"))
				}
				if !bytes.Equal(got[p], want) {
					t.Errorf("%s:\n%s\nwant:\n%s", p, got[p], want)
				}
			}
			for p := range s.want {
				if got[p] == nil {
					t.Errorf("%s: unchanged", p)
				}
			}
			if r == nil {
				return
			}
			for _, p := range r.Patches {
				check(t, s, r, p)
			}
			again(t, s, r)
		})
	}
}

// check holds a patch to what every patch promises.
func check(t *testing.T, s *situation, r *Result, p lock.Patch) {
	t.Helper()
	before, after := s.repo[p.File].Data, r.Files[p.File]
	if u := Unpatch(after, p); u.Why != "" || u.Edited || !bytes.Equal(u.Was, before) {
		t.Errorf("%s does not come back: edited %v, %s\n%s", p.File, u.Edited, u.Why, u.Was)
	}
	if lf := bytes.ReplaceAll(after, []byte("\r\n"), []byte("\n")); s.has("crlf") {
		if u := Unpatch(lf, p); u.Why != "" || !bytes.Equal(u.Was, unixOf(before)) {
			t.Errorf("%s does not come back from a checkout with other line endings: %s", p.File, u.Why)
		}
	}
	if formatted(unixOf(before)) {
		if pretty, err := format.Source(unixOf(after)); err != nil || !bytes.Equal(pretty, unixOf(after)) {
			t.Errorf("%s was formatted, and is not any more: %v", p.File, err)
		}
	}
	// A person goes on writing: a comment above, a function below.
	goOn := func(src []byte) []byte {
		src, mark := bytes.CutPrefix(unixOf(src), []byte("\ufeff"))
		out := slices.Concat([]byte("// A line of mine.\n\n"), src, []byte("\n// mine does nothing.\nfunc mine() {}\n"))
		if mark {
			out = append([]byte("\ufeff"), out...)
		}
		return out
	}
	wantEdited := goOn(before)
	respect(t, after, p)
	u := Unpatch(goOn(after), p)
	if u.Why != "" || !u.Edited || !bytes.Equal(u.Was, wantEdited) && !s.has("inexact") {
		t.Errorf("%s does not come back after an edit: %s\n%s", p.File, u.Why, u.Was)
	}
	if file, line, _ := strings.Cut(p.Server, ":"); file == p.File && !s.has("inexact") && !s.has("shared") { // of two servers in one line, a line does not say which
		repo := maps.Clone(s.repo)
		repo[file] = tree.File{Data: u.Was}
		n, err := strconv.Atoi(line)
		if sv := Look(repo).Around(file, u.Line); err != nil || sv == nil || sv.Line != n+2 {
			t.Errorf("%s: the place is not found again at line %d: %v, %v", p.Server, u.Line, sv, err)
		}
	}
}

// respect puts a line of a person's between any two lines of a patched file: it is there afterwards, in Go without us, or nothing is taken out
// and the reason is given.
func respect(t *testing.T, after []byte, p lock.Patch) {
	t.Helper()
	lines := bytes.SplitAfter(unixOf(after), []byte("\n"))
	undone := 0
	for i := range 2 * len(lines) {
		mine, at := []byte("// A line of mine, which is not lost.\n"), i/2
		line := lines[at]
		if i%2 == 1 { // at a line's end
			mine = []byte(" // This is mine.")
			text, end := bytes.CutSuffix(line, []byte("\n"))
			line = slices.Concat(text, mine)
			if end {
				line = append(line, '\n')
			}
		} else {
			line = slices.Concat(mine, line)
		}
		mine = bytes.TrimSpace(mine)
		u := Unpatch(slices.Concat(bytes.Join(lines[:at], nil), line, bytes.Join(lines[at+1:], nil)), p)
		if u.Why != "" {
			continue
		}
		undone++
		if n := bytes.Count(u.Was, mine); n != 1 {
			t.Errorf("%s: %s near line %d is there %d times:\n%s", p.File, mine, at+1, n, u.Was)
		}
		if _, err := format.Source(u.Was); err != nil || bytes.Contains(u.Was, []byte(p.Guard)) {
			t.Errorf("%s: with %s near line %d this comes back: %v\n%s", p.File, mine, at+1, err, u.Was)
		}
	}
	if undone < len(lines) {
		t.Errorf("%s: of %d edits, %d were understood", p.File, 2*len(lines), undone)
	}
}

func unixOf(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }

// again looks at the patched repository: the handler is seen to be wrapped, and there is no other server to patch for it.
func again(t *testing.T, s *situation, r *Result) {
	t.Helper()
	if s.has("timeouts-only") || s.has("server") {
		return
	}
	repo := maps.Clone(s.repo)
	for p, data := range r.Files {
		repo[p] = tree.File{Data: data}
		if m := Look(s.repo).ModuleOf(p); m != nil {
			repo[path.Join(m.Dir, Package, "guard.go")] = tree.File{Data: []byte("package guard\n\nimport \"net/http\"\n\nfunc Handler(h http.Handler) http.Handler { return h }\n")}
		}
	}
	survey := Look(repo)
	if len(survey.Wrapped) == 0 || len(survey.Servers) > 0 && !s.has("loose") {
		t.Errorf("wrapped %v, and still %d servers to patch", survey.Wrapped, len(survey.Servers))
	}
}

func rewrite(t *testing.T, file string, s *situation, got map[string][]byte) {
	t.Helper()
	s.archive.Files = slices.DeleteFunc(s.archive.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
	for _, p := range slices.Sorted(maps.Keys(got)) {
		s.archive.Files = append(s.archive.Files, txtar.File{Name: "want/" + p, Data: unixOf(got[p])})
	}
	if err := os.WriteFile(file, txtar.Format(s.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
