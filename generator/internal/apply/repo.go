package apply

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// maxFile bounds what is read of one file: no source is a tenth as long, and a plan holds every file that it changes.
const maxFile = 16 << 20

// A Repo is a project that is there. Everything is read and written below its root; no link is followed.
type Repo struct {
	Dir  string
	root *os.Root
}

// Open opens the project in dir.
func Open(dir string) (*Repo, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse("--dir", fmt.Sprintf("there is no folder %q", dir), "")
	case err != nil:
		return nil, fmt.Errorf("open project: %w", err)
	case !info.IsDir():
		return nil, refuse("--dir", fmt.Sprintf("%q is not a folder", dir), "")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open project: %w", err)
	}
	return &Repo{Dir: dir, root: root}, nil
}

// Close lets go of the project.
func (r *Repo) Close() error { return r.root.Close() }

// Read returns those of the files that are there. A link, a folder where a file should be and a file that is too long are problems,
// all reported at once.
func (r *Repo) Read(paths ...string) (tree.Tree, error) {
	out := tree.Tree{}
	var problems problem.List
	folders := map[string]bool{".": true} // known to be folders, and no links
	for _, p := range paths {
		there, why, err := r.folder(folders, path.Dir(p))
		if err != nil {
			return nil, err
		}
		if why != "" {
			problems.Add(p, "%s", why)
		}
		if !there {
			continue
		}
		f, why, err := r.file(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case errors.Is(err, fs.ErrPermission):
			problems.Add(p, "it cannot be read")
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", p, err)
		case why != "":
			problems.Add(p, "%s", why)
		default:
			out[p] = f
		}
	}
	return out, problems.Err()
}

// folder reports whether dir is a folder and no link leads to it.
func (r *Repo) folder(known map[string]bool, dir string) (there bool, why string, err error) {
	if is, seen := known[dir]; seen {
		return is, "", nil
	}
	there, why, err = r.folder(known, path.Dir(dir))
	if err != nil || !there {
		known[dir] = false
		return there, why, err
	}
	info, err := r.root.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		known[dir] = false
		return false, "", nil
	case err != nil:
		return false, "", fmt.Errorf("look at %s: %w", dir, err)
	case info.Mode()&fs.ModeSymlink != 0:
		why = dir + " is a link, and links are not followed"
	case !info.IsDir():
		why = dir + " is a file, and would have to be a folder"
	case r.apart(dir):
		why = dir + " is a repository of its own, such as a submodule"
	}
	known[dir] = why == ""
	return why == "", why, nil
}

// apart reports whether a folder is the top of another repository.
func (r *Repo) apart(dir string) bool {
	_, err := r.root.Lstat(path.Join(dir, ".git"))
	return err == nil
}

func (r *Repo) file(p string) (f tree.File, why string, err error) {
	info, err := r.root.Lstat(p)
	if err != nil {
		return f, "", err
	}
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return f, "it is a link, and links are not followed", nil
	case mode.IsDir():
		return f, "it is a folder, and would have to be a file", nil
	case !mode.IsRegular():
		return f, "it is not a regular file", nil
	case info.Size() > maxFile:
		return f, fmt.Sprintf("it is longer than %d MiB", maxFile>>20), nil
	}
	data, err := r.root.ReadFile(p)
	return tree.File{Data: data, Mode: info.Mode().Perm()}, "", err
}

// Files walks the project and returns the regular files that match. Folders of version control, other repositories and links are
// not entered; what cannot be read and what is too long is named in skipped, and below .hardwright whatever is no plain file or folder.
func (r *Repo) Files(match func(p string, d fs.DirEntry) bool) (out tree.Tree, skipped []string, err error) {
	out = tree.Tree{}
	err = fs.WalkDir(r.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && p == ".":
			return err
		case err != nil:
			skipped = append(skipped, p)
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case p == ".":
			return nil
		case strings.HasPrefix(p, ours) && !r.plain(p, d) && match(p, d):
			skipped = append(skipped, p) // a generator that lacks a part of itself must not be run as if it were whole
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() && (d.Name() == ".git" || d.Name() == changing || r.apart(p) || !match(p, d)):
			return fs.SkipDir
		case d.IsDir() || !d.Type().IsRegular() || !match(p, d):
			return nil
		}
		f, why, err := r.file(p)
		if err != nil || why != "" {
			skipped = append(skipped, p)
			return nil
		}
		out[p] = f
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read project: %w", err)
	}
	return out, skipped, nil
}

// ours begins the paths of what hardwright itself reads in a repository.
const ours = ".hardwright/"

// plain reports whether p is a file or a folder, and nothing more than that.
func (r *Repo) plain(p string, d fs.DirEntry) bool {
	if d.IsDir() {
		return d.Name() != ".git" && !r.apart(p)
	}
	return d.Type().IsRegular()
}

// Above finds the closest folder above dir that holds one of the names, for a hint.
func Above(dir string, names ...string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for abs = filepath.Dir(abs); abs != filepath.Dir(abs); abs = filepath.Dir(abs) {
		if slices.ContainsFunc(names, func(n string) bool { _, err := os.Stat(filepath.Join(abs, n)); return err == nil }) {
			return abs
		}
	}
	return ""
}

// lines splits what git prints.
func lines(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		if l = strings.TrimRight(l, "\r\n"); l != "" {
			out = append(out, l)
		}
	}
	return out
}
