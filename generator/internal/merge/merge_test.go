package merge

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestThree(t *testing.T) {
	tests := []struct{ name, base, ours, theirs, want string }{
		{"nobody changed anything", "a\nb\n", "a\nb\n", "a\nb\n", "a\nb\n"},
		{"only they changed", "a\nb\n", "a\nb\n", "a\nc\n", "a\nc\n"},
		{"only we changed", "a\nb\n", "a\nx\n", "a\nb\n", "a\nx\n"},
		{"different lines", "a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n"},
		{"the same change", "a\nb\nc\n", "a\nx\nc\n", "a\nx\nc\n", "a\nx\nc\n"},
		{"one line, two ways", "a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n", "a\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\nc\n"},
		{"neighbouring lines", "a\nb\n", "x\nb\n", "a\ny\n", "<<<<<<< ours\nx\nb\n=======\na\ny\n>>>>>>> theirs\n"},
		{"we delete what they change", "a\nb\nc\n", "a\nc\n", "a\ny\nc\n", "a\n<<<<<<< ours\n=======\ny\n>>>>>>> theirs\nc\n"},
		{"both insert at one place", "a\nb\n", "a\nx\nb\n", "a\ny\nb\n", "a\n<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\nb\n"},
		{"no newline at the end", "a\nb", "a\nb", "A\nb", "A\nb"},
		{"CRLF comes back", "a\nb\nc\n", "a\r\nb\r\nX\r\n", "A\nb\nc\n", "A\r\nb\r\nX\r\n"},
		{"empty base", "", "x\n", "", "x\n"},
	}
	for _, tt := range tests {
		got := string(Three([]byte(tt.base), []byte(tt.ours), []byte(tt.theirs)).Marked("ours", "theirs"))
		if got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

func TestConflictNamesItsLineInOurs(t *testing.T) {
	r := Three([]byte("a\nb\nc\nd\ne\n"), []byte("a\n1\n2\nb\nc\nX\ne\n"), []byte("a\nb\nc\nY\ne\n"))
	if len(r.Conflicts) != 1 || r.Conflicts[0].Line != 6 {
		t.Fatalf("%+v", r.Conflicts)
	}
	if got := string(r.Text()); got != "a\n1\n2\nb\nc\nX\ne\n" {
		t.Errorf("Text must keep ours: %q", got)
	}
}

// Both ways to compare lead from one text to the other.
func TestPatience(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		a := text(r, 1+r.IntN(60), true)
		b := edit(r, edit(r, a))
		got := over(split(a), group{lo: 0, hi: len(split(a))}, patience(a, b))
		if got != b {
			t.Fatalf("from\n%s\nto\n%s\ngot\n%s", a, b, got)
		}
	}
}

// Two entries that differ only in their names and are inserted far from each other are no conflict, although most of their lines repeat.
func TestRepeatedLines(t *testing.T) {
	entry := func(name string) string {
		return "  \"" + name + "\": {\n    \"type\": \"object\",\n    \"a\": 1\n  },\n"
	}
	base := "{\n" + entry("first") + entry("second") + entry("third") + "}\n"
	ours := "{\n" + entry("x") + entry("y") + entry("z") + entry("first") + entry("second") + entry("third") + "}\n"
	theirs := "{\n" + entry("first") + entry("second") + entry("third") + entry("fourth") + "}\n"
	want := "{\n" + entry("x") + entry("y") + entry("z") + entry("first") + entry("second") + entry("third") + entry("fourth") + "}\n"
	if m := Three([]byte(base), []byte(ours), []byte(theirs)); !m.Clean() || string(m.Text()) != want {
		t.Errorf("%v\n%s", m.Conflicts, m.Text())
	}
}

// Where git merges cleanly and we do, the bytes are the same; and what is clean for git is clean for us but for a few alignments of
// repeated lines, which is why the texts here repeat lines seldom and the number of such cases is bounded.
func TestAgainstGit(t *testing.T) {
	n := 300
	if os.Getenv("HARDWRIGHT_LONG") != "" {
		n = 5000
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	clean, differ := 0, 0
	for i := range n {
		repeated := i%2 == 0
		base := text(r, 3+r.IntN(40), repeated)
		ours, theirs := edit(r, base), edit(r, base)
		want, gitClean := git(t, dir, base, ours, theirs)
		got := Three([]byte(base), []byte(ours), []byte(theirs))
		if gitClean && got.Clean() {
			clean++
			switch same := bytes.Equal(got.Text(), want); {
			case !same && repeated:
				differ++
			case !same:
				t.Errorf("base\n%s\nours\n%s\ntheirs\n%s\ngot\n%s\nwant\n%s", base, ours, theirs, got.Text(), want)
			}
		} else if gitClean != got.Clean() {
			differ++
		}
	}
	t.Logf("%d cases, %d clean in both, %d clean in one only", n, clean, differ)
	if clean < n/10 {
		t.Errorf("only %d of %d cases are clean; the test shows little", clean, n)
	}
	if differ > n/20 {
		t.Errorf("%d of %d cases are clean in one only", differ, n)
	}
}

// text is n lines, some of them alike if repeated.
func text(r *rand.Rand, n int, repeated bool) string {
	var b strings.Builder
	for i := range n {
		if repeated && r.IntN(6) == 0 {
			b.WriteString("}\n")
			continue
		}
		fmt.Fprintf(&b, "line %d of %d\n", i, r.IntN(1000))
	}
	return b.String()
}

// edit changes, removes and inserts a few lines.
func edit(r *rand.Rand, base string) string {
	lines := split(base)
	for range r.IntN(4) {
		i := r.IntN(len(lines) + 1)
		switch fresh := fmt.Sprintf("new %d\n", r.IntN(1000)); {
		case i == len(lines) || r.IntN(3) == 0:
			lines = append(lines[:i:i], append([]string{fresh}, lines[i:]...)...)
		case r.IntN(2) == 0:
			lines = append(lines[:i:i], lines[i+1:]...)
		default:
			lines[i] = fresh
		}
	}
	return strings.Join(lines, "")
}

func git(t *testing.T, dir, base, ours, theirs string) ([]byte, bool) {
	t.Helper()
	args := []string{"merge-file", "-p", "-q"}
	for name, content := range map[string]string{"ours": ours, "base": base, "theirs": theirs} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command("git", append(args, "ours", "base", "theirs")...)
	c.Dir = dir
	out, err := c.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out, err == nil
}
