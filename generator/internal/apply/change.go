package apply

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/plan"
)

// changing stands in a project while it is changed. It holds the new files, and then a journal: from the moment the journal is there the
// change is carried out to its end, by this run or by the next.
const changing = ".hardwright-change"

const (
	changeJournal = changing + "/journal"
	changeHead    = "hardwright-change 1"
	changeEnd     = "end"
	nothing       = "-" // in place of a digest: no file
)

// A swap is one line of the journal: a file that goes from one content to another. Digests are over the bytes as they are.
type swap struct {
	was, is string // SHA-256, or nothing
	staged  string // name below changing; nothing for a file that goes
	path    string
}

// Change carries out a plan. Killed at any moment, the project is as before or as after once Resume has looked at it. Files that
// changed since the plan was made are never written over.
func (r *Repo) Change(ctx context.Context, p *plan.Plan) (notes []string, err error) {
	if n := len(p.Conflicts()); n > 0 {
		return nil, fmt.Errorf("a plan with %d conflicts cannot be carried out", n)
	}
	if len(p.Steps) == 0 {
		return nil, nil
	}
	if err := r.root.Mkdir(changing, 0o755); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, errBusy
		}
		return nil, fmt.Errorf("create staging folder: %w", err)
	}
	release, err := claim(r.root, changing)
	if err != nil {
		return nil, errors.Join(err, r.root.RemoveAll(changing))
	}
	defer release()
	swaps, err := r.stage(ctx, p.Steps)
	if err == nil {
		err = r.writeChange(swaps)
	}
	if err != nil {
		return nil, errors.Join(err, r.root.RemoveAll(changing))
	}
	return r.finish(swaps)
}

// errBusy means that another run is at work, or that one was killed since Resume looked.
var errBusy = errors.New("another hardwright is changing this project, or was interrupted a moment ago; run this again")

// Interrupted reports whether a run was killed while it changed this project.
func (r *Repo) Interrupted() bool {
	_, err := r.root.Lstat(changing)
	return err == nil
}

// Resume finishes or takes back what an interrupted run left, and says so.
func (r *Repo) Resume() (notes []string, err error) {
	info, err := r.root.Lstat(changing)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for an interrupted run: %w", err)
	}
	if !info.IsDir() {
		return nil, refuse(changing, "it is in the way", "move it: hardwright keeps a folder of that name while it writes")
	}
	release, err := claim(r.root, changing)
	if err != nil {
		return nil, errBusy
	}
	defer release()
	swaps, err := r.readChange()
	if err != nil {
		return nil, err
	}
	if swaps == nil {
		if err := r.root.RemoveAll(changing); err != nil {
			return nil, fmt.Errorf("remove what an interrupted run left: %w", err)
		}
		return []string{"what an interrupted run left was removed"}, nil
	}
	notes, err = r.finish(swaps)
	return append([]string{"an earlier run was interrupted: it is finished now"}, notes...), err
}

// stage writes the new files aside, and looks whether everything still is as it was planned for.
func (r *Repo) stage(ctx context.Context, steps []plan.Step) ([]swap, error) {
	var swaps []swap
	folders := map[string]bool{".": true}
	for i, s := range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := swap{was: digestOf(s.Old), is: digestOf(s.New), staged: nothing, path: s.Path}
		if err := checkPath(s.Path); err != nil {
			return nil, err
		}
		if _, why, err := r.folder(folders, path.Dir(s.Path)); err != nil || why != "" {
			return nil, errors.Join(err, fmt.Errorf("write %s: %s", s.Path, why))
		}
		now, err := r.digest(s.Path)
		if err != nil {
			return nil, err
		}
		if now != m.was {
			return nil, fmt.Errorf("%s changed while this was planned; nothing is written: run it again", s.Path)
		}
		if s.New != nil {
			m.staged = strconv.Itoa(i)
			name := path.Join(changing, m.staged)
			if err := write(r.root, name, s.New, s.Mode); err != nil {
				return nil, fmt.Errorf("write %s: %w", s.Path, err)
			}
			if s.Old != nil { // the mode is a person's; a new file's is what the umask leaves of ours
				if err := r.root.Chmod(name, s.Mode); err != nil {
					return nil, fmt.Errorf("write %s: %w", s.Path, err)
				}
			}
		}
		swaps = append(swaps, m)
	}
	return swaps, nil
}

func (r *Repo) writeChange(swaps []swap) error {
	var b strings.Builder
	b.WriteString(changeHead + "\n")
	for _, m := range swaps {
		fmt.Fprintf(&b, "%s %s %s %s\n", m.was, m.is, m.staged, m.path)
	}
	b.WriteString(changeEnd + "\n")
	f, err := r.root.OpenFile(changeJournal+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	_, err = f.WriteString(b.String())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if err := r.root.Rename(changeJournal+".new", changeJournal); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// readChange reads the journal; nil if there is none.
func (r *Repo) readChange() ([]swap, error) {
	src, err := r.root.ReadFile(changeJournal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	all := lines(string(src))
	if len(all) < 2 || all[0] != changeHead || all[len(all)-1] != changeEnd {
		return nil, refuse(changeJournal, "not a journal that this hardwright can finish", "use the hardwright that was interrupted, or restore the project from version control and remove "+changing)
	}
	swaps := []swap{}
	for _, line := range all[1 : len(all)-1] {
		f := strings.SplitN(line, " ", 4)
		if len(f) != 4 || checkPath(f[3]) != nil || f[2] != nothing && strings.Trim(f[2], "0123456789") != "" {
			return nil, refuse(changeJournal, "not a journal that this hardwright can finish", "restore the project from version control and remove "+changing)
		}
		swaps = append(swaps, swap{f[0], f[1], f[2], f[3]})
	}
	return swaps, nil
}

// finish makes every swap that is not made yet, and reswaps the journal. It can be interrupted and begun again.
func (r *Repo) finish(swaps []swap) (notes []string, err error) {
	folders := map[string]bool{".": true}
	for _, m := range swaps {
		note, err := r.swap(folders, m)
		if err != nil {
			return notes, fmt.Errorf("%s: %w; run the command again to finish", m.path, err)
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	if err := r.root.Remove(changeJournal); err != nil {
		return notes, fmt.Errorf("remove journal: %w", err)
	}
	if err := r.root.RemoveAll(changing); err != nil {
		return notes, fmt.Errorf("remove staging folder: %w", err)
	}
	return notes, flush(r.root)
}

func (r *Repo) swap(folders map[string]bool, m swap) (note string, err error) {
	now, err := r.digest(m.path)
	if err != nil {
		return "", err
	}
	if m.staged == nothing {
		switch now {
		case nothing:
		case m.was:
			if err := r.root.Remove(m.path); err != nil {
				return "", err
			}
		default:
			return m.path + " changed meanwhile: it stays", nil
		}
		for dir := path.Dir(m.path); dir != "."; dir = path.Dir(dir) {
			if r.root.Remove(dir) != nil {
				break // not empty
			}
		}
		return "", nil
	}
	name := path.Join(changing, m.staged)
	if staged, err := r.digest(name); err != nil || staged == nothing {
		return "", err // moved already
	} else if staged != m.is {
		return "", errors.New("what was staged is not what the journal says")
	}
	if now != m.was {
		return m.path + " changed meanwhile: it is left as it is", nil
	}
	if dir := path.Dir(m.path); dir != "." {
		if err := r.root.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		delete(folders, dir)
		if there, why, err := r.folder(folders, dir); err != nil || !there {
			return "", errors.Join(err, errors.New(why))
		}
	}
	return "", r.root.Rename(name, m.path)
}

// digest is the digest of a file's bytes; nothing if there is none. A link, or a folder, has a digest that no file has.
func (r *Repo) digest(p string) (string, error) {
	f, why, err := r.file(p)
	switch {
	case errors.Is(err, fs.ErrNotExist), err != nil && strings.Contains(err.Error(), "not a directory"):
		return nothing, nil
	case err != nil:
		return "", fmt.Errorf("look at %s: %w", p, err)
	case why != "":
		return "not a file", nil
	}
	return digestOf(f.Data), nil
}

func digestOf(data []byte) string {
	if data == nil {
		return nothing
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// checkPath refuses what no plan may write, whoever made it.
func checkPath(p string) error {
	if err := module.CheckFilePath(p); err != nil {
		return fmt.Errorf("write %q: not a path of a project", p)
	}
	for _, e := range strings.Split(p, "/") {
		if strings.EqualFold(e, ".git") || strings.EqualFold(e, changing) {
			return fmt.Errorf("write %q: %s is out of bounds", p, e)
		}
	}
	return nil
}

// Dirty lists the files with changes that are not committed, as git sees them. The note says why git was not asked.
func (r *Repo) Dirty(ctx context.Context) (files []string, note string) {
	return dirty(ctx, r.Dir)
}
