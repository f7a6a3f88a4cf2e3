package apply

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// fresh is what a clone of a new repository holds, as hosts make them.
var fresh = []string{".git", ".gitignore", "LICENSE", "README.md"}

// A Target is where a new project goes.
type Target struct {
	Dir      string
	Fill     bool      // there, and to be kept: a fresh clone, or where we are
	WorkTree bool      // inside a git work tree
	Existing tree.Tree // files of a fresh clone
	undo     []entry   // what an interrupted run left in it
}

// Look finds out what stands at dir, without writing. A target that cannot be used is a problem.List.
func Look(dir string) (*Target, error) {
	t := &Target{Dir: dir, Existing: tree.Tree{}}
	if strings.ContainsFunc(dir, unicode.IsControl) {
		return nil, refuse(dir, "a folder's name holds a control character", "")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", dir, err)
	}
	t.WorkTree = inWorkTree(abs)
	wd, err := os.Getwd()
	t.Fill = err == nil && wd == abs // replacing it would leave a shell in a folder that is gone
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return t, nil
	case err != nil:
		return nil, fmt.Errorf("look at target: %w", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, refuse(dir, "the target is a link", "name the folder that it points to")
	case !info.IsDir():
		return nil, refuse(dir, "the target is a file", "name a folder that does not exist yet")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("look at target: %w", err)
	}
	defer root.Close()
	if t.undo, err = readJournal(root); err != nil {
		return nil, err
	}
	names, err := readNames(root)
	if err != nil {
		return nil, fmt.Errorf("look at target: %w", err)
	}
	for _, n := range names {
		theirs := ""
		if !slices.Contains(fresh, n) {
			if theirs, err = t.theirs(root, n); err != nil {
				return nil, fmt.Errorf("look at target: %w", err)
			}
		}
		if theirs != "" {
			return nil, refuse(dir, "the target is not empty: "+theirs+" is in it", "name a folder that does not exist yet; a fresh clone may hold "+strings.Join(fresh, ", "))
		}
		t.Fill = true
	}
	for _, n := range fresh[1:] {
		info, err := root.Lstat(n)
		if err != nil || t.writes(n) {
			continue
		}
		if !info.Mode().IsRegular() {
			return nil, refuse(filepath.Join(dir, n), "not a regular file", "")
		}
		data, err := root.ReadFile(n)
		if err != nil {
			return nil, fmt.Errorf("look at target: %w", err)
		}
		t.Existing[n] = tree.File{Data: data, Mode: info.Mode().Perm()}
	}
	return t, nil
}

// theirs names the first thing at or below a name that no interrupted run of ours has left there: a file that the journal does
// not list or that was edited since, or anything at all without a journal.
func (t *Target) theirs(root *os.Root, name string) (string, error) {
	if len(t.undo) == 0 && name != journalName {
		return name, nil
	}
	ours := map[string]entry{}
	for _, e := range t.undo {
		ours[e.path] = e
	}
	found := ""
	err := fs.WalkDir(root.FS(), name, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || p == journalName {
			return err // a folder may have been made before its first file came
		}
		if e, listed := ours[p]; !listed || !e.untouched(root) {
			found = p
			return fs.SkipAll
		}
		return nil
	})
	return found, err
}

// writes reports whether an interrupted run put a file at that path.
func (t *Target) writes(path string) bool {
	return slices.ContainsFunc(t.undo, func(e entry) bool { return e.path == path })
}

func refuse(subject, message, hint string) error {
	return problem.List{{Subject: subject, Message: message, Hint: hint}}
}

func readNames(root *os.Root) ([]string, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	names, err := dir.Readdirnames(-1)
	slices.Sort(names)
	return names, errors.Join(err, dir.Close())
}

// inWorkTree looks for .git in dir and every folder above it, as git does, without running git in a place we do not know.
func inWorkTree(dir string) bool {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return false
		}
		dir = parent
	}
}

// untouched reports whether the file is still as the interrupted run wrote it.
func (e entry) untouched(root *os.Root) bool {
	info, err := root.Lstat(e.path)
	if err != nil {
		return false
	}
	if !info.Mode().IsRegular() {
		return false
	}
	data, err := root.ReadFile(e.path)
	return err == nil && lock.Digest(data) == e.sha256
}
