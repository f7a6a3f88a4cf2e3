package apply

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/plan"
)

// project is a folder with files, opened.
func project(t *testing.T, files map[string]string) (string, *Repo) {
	t.Helper()
	dir := t.TempDir()
	for p, text := range files {
		put(t, filepath.Join(dir, p), text)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return dir, r
}

// tells is every file below dir with its text.
func tells(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	for _, p := range strings.Fields(listing(t, dir)) {
		if data, err := os.ReadFile(filepath.Join(dir, p)); err == nil {
			b.WriteString(p + "=" + strings.TrimSpace(string(data)) + " ")
		} else {
			b.WriteString(p + "/ ")
		}
	}
	return strings.TrimSpace(b.String())
}

func threeSteps() *plan.Plan {
	return &plan.Plan{Steps: []plan.Step{
		{Kind: plan.Create, Path: "a/b/new", New: []byte("n"), Mode: 0o755},
		{Kind: plan.Modify, Path: "kept", Old: []byte("old"), New: []byte("is"), Mode: 0o600},
		{Kind: plan.Delete, Path: "x/y/gone", Old: []byte("g"), Mode: 0o644},
	}}
}

var before = map[string]string{"kept": "old", "x/y/gone": "g", "mine": "m"}

const after = "a/ a/b/ a/b/new=n kept=is mine=m"

func TestChange(t *testing.T) {
	dir, r := project(t, before)
	notes, err := r.Change(t.Context(), threeSteps())
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	if got := tells(t, dir); got != after {
		t.Error(got)
	}
	for p, want := range map[string]fs.FileMode{"kept": 0o600, "a/b/new": 0o755} {
		if info, err := os.Stat(filepath.Join(dir, p)); err != nil || info.Mode().Perm()&want != info.Mode().Perm() {
			t.Errorf("%s: %v %v", p, info.Mode(), err)
		}
	}
}

// Whatever it had got to: a run that was killed is finished, or taken back where it had changed nothing.
func TestResume(t *testing.T) {
	for at := range 6 {
		dir, r := project(t, before)
		steps := threeSteps().Steps
		if err := r.root.Mkdir(changing, 0o755); err != nil {
			t.Fatal(err)
		}
		swaps, err := r.stage(t.Context(), steps)
		if err != nil {
			t.Fatal(err)
		}
		want, says := after, "finished"
		if at == 0 {
			want, says = "kept=old mine=m x/ x/y/ x/y/gone=g", "removed"
		} else if err := r.writeChange(swaps); err != nil {
			t.Fatal(err)
		}
		folders := map[string]bool{".": true}
		for i, s := range swaps {
			if i < at-1 {
				if _, err := r.swap(folders, s); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !r.Interrupted() {
			t.Error("not seen")
		}
		notes, err := r.Resume()
		if err != nil || len(notes) != 1 || !strings.Contains(notes[0], says) {
			t.Errorf("%d: %v %q", at, err, notes)
		}
		if got := tells(t, dir); got != want {
			t.Errorf("%d: %s", at, got)
		}
		if r.Interrupted() {
			t.Error("left behind")
		}
	}
}

// What a person wrote between the kill and the next run is not written over.
func TestResumeKeepsEdits(t *testing.T) {
	dir, r := project(t, before)
	if err := r.root.Mkdir(changing, 0o755); err != nil {
		t.Fatal(err)
	}
	swaps, err := r.stage(t.Context(), threeSteps().Steps)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.writeChange(swaps); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"kept", "x/y/gone", "a/b/new"} {
		put(t, filepath.Join(dir, p), "edited")
	}
	notes, err := r.Resume()
	if err != nil || len(notes) != 4 {
		t.Errorf("%v %q", err, notes)
	}
	if got := tells(t, dir); got != "a/ a/b/ a/b/new=edited kept=edited mine=m x/ x/y/ x/y/gone=edited" {
		t.Error(got)
	}
}

// A file that is not what the plan was made against: nothing is written.
func TestChangeRefusesWhatMovedOn(t *testing.T) {
	for _, p := range []string{"kept", "x/y/gone", "a/b/new"} {
		dir, r := project(t, before)
		put(t, filepath.Join(dir, p), "edited")
		was := tells(t, dir)
		if _, err := r.Change(t.Context(), threeSteps()); err == nil || !strings.Contains(err.Error(), p+" changed while") {
			t.Errorf("%s: %v", p, err)
		}
		if got := tells(t, dir); got != was {
			t.Errorf("%s: %s", p, got)
		}
	}
}

func TestChangeOneAtATime(t *testing.T) {
	dir, r := project(t, before)
	if err := r.root.Mkdir(changing, 0o755); err != nil {
		t.Fatal(err)
	}
	release, err := claim(r.root, changing)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Change(t.Context(), threeSteps()); err == nil || !strings.Contains(err.Error(), "another hardwright") {
		t.Error(err)
	}
	if _, err := r.Resume(); err == nil || !strings.Contains(err.Error(), "another hardwright") {
		t.Error(err)
	}
	release()
	if _, err := r.Resume(); err != nil {
		t.Error(err)
	}
	if got := tells(t, dir); got != "kept=old mine=m x/ x/y/ x/y/gone=g" {
		t.Error(got)
	}
}

// No plan, link or journal leads outside, or into version control.
func TestChangeStaysInside(t *testing.T) {
	outside := t.TempDir()
	put(t, filepath.Join(outside, "victim"), "v")
	for _, p := range []string{"../victim", "/etc/victim", ".git/hooks/x", "a/.GIT/x", "link/victim", "victimlink", changing + "/journal", "a\\b", "con"} {
		dir, r := project(t, map[string]string{"kept": "old"})
		if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(outside, "victim"), filepath.Join(dir, "victimlink")); err != nil {
			t.Fatal(err)
		}
		was := listing(t, dir)
		if _, err := r.Change(t.Context(), &plan.Plan{Steps: []plan.Step{{Kind: plan.Create, Path: p, New: []byte("x"), Mode: 0o644}}}); err == nil {
			t.Errorf("%s was written", p)
		}
		if got := listing(t, dir); got != was {
			t.Errorf("%s left %s", p, got)
		}
		put(t, filepath.Join(dir, changing, "0"), "x")
		put(t, filepath.Join(dir, changeJournal), changeHead+"\n- "+digestOf([]byte("x"))+" 0 "+p+"\n"+changeEnd+"\n")
		if _, err := r.Resume(); err == nil && p != "victimlink" { // which is left as it is
			t.Errorf("%s: a journal is believed", p)
		}
	}
	if got := tells(t, outside); got != "victim=v" {
		t.Error(got)
	}
}

func TestRead(t *testing.T) {
	dir, r := project(t, map[string]string{"a/b": "x", "file": "y"})
	if err := os.Symlink("a", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "sub", ".git"), "gitdir: ../.git/modules/sub")
	put(t, filepath.Join(dir, "sub", "x"), "theirs")
	got, err := r.Read("a/b", "a/c", "nowhere/x", "file")
	if err != nil || len(got) != 2 || string(got["a/b"].Data) != "x" {
		t.Error(got, err)
	}
	for p, want := range map[string]string{"link/b": "link is a link", "a": "a folder", "file/x": "file is a file", "link": "it is a link", "sub/x": "sub is a repository of its own", "sub/new": "sub is a repository"} {
		if _, err := r.Read(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", p, err)
		}
	}
	all, skipped, err := r.Files(func(string, fs.DirEntry) bool { return true })
	if err != nil || len(skipped) > 0 || len(all) != 2 {
		t.Errorf("%v %v %v", all, skipped, err)
	}
}
