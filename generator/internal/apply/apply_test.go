package apply

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/plan"
	"github.com/hardwright/hardwright/generator/internal/problem"
)

func twoFiles() *plan.Plan {
	return &plan.Plan{Steps: []plan.Step{
		{Kind: plan.Create, Path: "bin/run.sh", Owner: "a", New: []byte("#!/bin/sh\n"), Mode: 0o755},
		{Kind: plan.Create, Path: "go.mod", Owner: "a", New: []byte("module x\n"), Mode: 0o644},
	}}
}

// create writes the two files into dir.
func create(t *testing.T, ctx context.Context, dir string) ([]string, error) {
	t.Helper()
	target, err := Look(dir)
	if err != nil {
		return nil, err
	}
	return New(ctx, target, twoFiles())
}

// listing is every path below dir.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && p != dir {
			out = append(out, strings.TrimPrefix(filepath.ToSlash(p), filepath.ToSlash(dir)+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func put(t *testing.T, p, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestNew(t *testing.T) {
	dir := t.TempDir()
	if _, err := create(t, t.Context(), filepath.Join(dir, "deep", "er", "x")); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, dir); got != "deep deep/er deep/er/x deep/er/x/bin deep/er/x/bin/run.sh deep/er/x/go.mod" {
		t.Error(got)
	}
	info, err := os.Stat(filepath.Join(dir, "deep/er/x/bin/run.sh"))
	if err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestTargetsThatAreRefused(t *testing.T) {
	tests := []struct {
		name string
		make func(dir string) error
		want string
	}{
		{"a file in it", func(d string) error { return errors.Join(os.Mkdir(d, 0o755), os.WriteFile(d+"/main.go", nil, 0o644)) }, "not empty: main.go"},
		{"a file", func(d string) error { return os.WriteFile(d, nil, 0o644) }, "the target is a file"},
		{"a link to an empty folder", func(d string) error { return errors.Join(os.Mkdir(d+"2", 0o755), os.Symlink(d+"2", d)) }, "the target is a link"},
		{"a link to nothing", func(d string) error { return os.Symlink(d+"2", d) }, "the target is a link"},
		{"README.md is a link", func(d string) error {
			return errors.Join(os.Mkdir(d, 0o755), os.Symlink("/etc/passwd", d+"/README.md"))
		}, "not a regular file"},
	}
	for _, tt := range tests {
		dir := filepath.Join(t.TempDir(), "x")
		if err := tt.make(dir); err != nil {
			t.Fatal(err)
		}
		before := listing(t, filepath.Dir(dir))
		_, err := create(t, t.Context(), dir)
		var list problem.List
		if !errors.As(err, &list) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if after := listing(t, filepath.Dir(dir)); after != before {
			t.Errorf("%s: was %s, is %s", tt.name, before, after)
		}
	}
}

// A name that leads outside does not, whoever wrote it.
func TestPathsStayInside(t *testing.T) {
	for _, p := range []string{"../escape", "/escape", "a/../../escape"} {
		dir := t.TempDir()
		target, err := Look(filepath.Join(dir, "in", "x"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = New(t.Context(), target, &plan.Plan{Steps: []plan.Step{{Kind: plan.Create, Path: p, New: []byte("x"), Mode: 0o644}}})
		if err == nil {
			t.Errorf("%s was written", p)
		}
		if got := listing(t, dir); got != "" {
			t.Errorf("%s left %s", p, got)
		}
	}
}

func TestInterruptedLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := create(t, ctx, filepath.Join(dir, "deep", "x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := listing(t, dir); got != "" {
		t.Errorf("left %s", got)
	}
}

// What a killed run left beside the target is removed; what belongs to another target is not.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, ".x.hardwright-abc", "go.mod"), "half")
	put(t, filepath.Join(dir, ".y.hardwright-abc", "go.mod"), "half")
	if _, err := create(t, t.Context(), filepath.Join(dir, "x")); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, dir); got != ".y.hardwright-abc .y.hardwright-abc/go.mod x x/bin x/bin/run.sh x/go.mod" {
		t.Error(got)
	}
}

// Two runs on one target: the second does not pull the first one's staging folder away.
func TestSweepLeavesTheLivingAlone(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, ".x.hardwright-abc", "go.mod"), "being written")
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	release, err := claim(root, ".x.hardwright-abc")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := create(t, t.Context(), filepath.Join(dir, "x")); err == nil || !strings.Contains(err.Error(), "another hardwright") {
		t.Errorf("got %v", err)
	}
	if got := listing(t, dir); got != ".x.hardwright-abc .x.hardwright-abc/go.mod" {
		t.Error(got)
	}
	release()
	if _, err := create(t, t.Context(), filepath.Join(dir, "x")); err != nil {
		t.Error(err)
	}
}

func TestFreshClone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	put(t, filepath.Join(dir, ".git", "HEAD"), "ref")
	put(t, filepath.Join(dir, "LICENSE"), "mine")
	if _, err := create(t, t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, filepath.Dir(dir)); got != "x x/.git x/.git/HEAD x/LICENSE x/bin x/bin/run.sh x/go.mod" {
		t.Error(got)
	}
}

// A run on a fresh clone that was killed is taken back by the next, whatever it had got to.
func TestInterruptedCloneIsTakenBack(t *testing.T) {
	steps := twoFiles().Steps
	for moved := range len(steps) + 1 {
		dir := filepath.Join(t.TempDir(), "x")
		put(t, filepath.Join(dir, "LICENSE"), "mine")
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := writeJournal(root, steps); err != nil {
			t.Fatal(err)
		}
		for _, s := range steps[:moved] {
			put(t, filepath.Join(dir, s.Path), string(s.New))
		}
		if moved < len(steps) {
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(steps[moved].Path)), 0o755); err != nil { // made, and its file has not come
				t.Fatal(err)
			}
		}
		root.Close()
		notes, err := create(t, t.Context(), dir)
		if err != nil {
			t.Errorf("%d moved: %v", moved, err)
			continue
		}
		if got := listing(t, dir); got != "LICENSE bin bin/run.sh go.mod" {
			t.Errorf("%d moved: %s", moved, got)
		}
		if len(notes) != 1 || !strings.Contains(notes[0], "interrupted") {
			t.Errorf("%d moved: notes %q", moved, notes)
		}
	}
}

// A file of an interrupted run that a person has edited since is theirs.
func TestInterruptedCloneKeepsEdits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	put(t, filepath.Join(dir, "go.mod"), "edited")
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := writeJournal(root, twoFiles().Steps); err != nil {
		t.Fatal(err)
	}
	if _, err := create(t, t.Context(), dir); err == nil || !strings.Contains(err.Error(), "not empty: go.mod") {
		t.Errorf("got %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || string(data) != "edited" {
		t.Errorf("%q %v", data, err)
	}
	if err := os.Remove(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "bin", "run.sh"), "#!/bin/sh\n")
	put(t, filepath.Join(dir, "bin", "mine.sh"), "mine")
	if _, err := create(t, t.Context(), dir); err == nil || !strings.Contains(err.Error(), "not empty: bin/mine.sh") {
		t.Errorf("got %v", err)
	}
}

// A journal that somebody else wrote cannot make us remove what is outside, or what is not ours.
func TestHostileJournal(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "x")
	put(t, filepath.Join(parent, "victim"), "v")
	put(t, filepath.Join(dir, "LICENSE"), "mine")
	put(t, filepath.Join(dir, journalName), "0000 LICENSE\n"+lock.Digest([]byte("v"))+" ../victim\n"+lock.Digest([]byte("v"))+" "+filepath.ToSlash(parent)+"/victim\n")
	if _, err := create(t, t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, parent); got != "victim x x/LICENSE x/bin x/bin/run.sh x/go.mod" {
		t.Error(got)
	}
}

// A file that appears while a clone is being filled is kept, and everything else is taken back.
func TestFileThatComesMeanwhile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	put(t, filepath.Join(dir, "LICENSE"), "mine")
	target, err := Look(dir)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "go.mod"), "theirs")
	if _, err := New(t.Context(), target, twoFiles()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if got := listing(t, filepath.Dir(dir)); got != "x x/LICENSE x/go.mod" {
		t.Error(got)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || string(data) != "theirs" {
		t.Errorf("%q %v", data, err)
	}
}

// The folder we stand in is filled, not replaced: a shell in it would be left in a folder that is gone.
func TestWhereWeAre(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	before, err := os.Stat(".")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := create(t, t.Context(), "."); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(dir)
	if err != nil || !os.SameFile(before, after) {
		t.Error("the folder was replaced")
	}
	if got := listing(t, dir); got != "bin bin/run.sh go.mod" {
		t.Error(got)
	}
}
