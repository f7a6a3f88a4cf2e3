package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/hardwright/hardwright/generator/internal/lock"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// Vendored is the folder of a repository that holds packs.
const Vendored = ".hardwright/packs"

// Cache is the folder of the user's cache that holds packs.
func Cache() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache: %w", err)
	}
	return filepath.Join(dir, "hardwright", "packs"), nil
}

// Open reads the pack that a lock pins: from the repository in dir, or from the user's cache. Bytes that do not have the pinned
// checksum are refused.
func Open(dir string, pin lock.Pack) (*Pack, error) {
	below := Vendored
	if pin.Cached {
		var err error
		if dir, err = Cache(); err != nil {
			return nil, err
		}
		below = "."
	}
	v := module.Version{Path: pin.Path, Version: pin.Version}
	folder, err := Folder(v)
	if err != nil {
		return nil, err
	}
	files, err := readFolder(dir, path.Join(below, folder))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		where := path.Join(Vendored, folder)
		if pin.Cached {
			where = "the cache"
		}
		return nil, &Missing{v, where, pin.Cached}
	case err != nil:
		return nil, fmt.Errorf("read pack %s: %w", v, err)
	}
	p := &Pack{Version: v, Sum: pin.Sum, Files: files}
	if err := p.match(); err != nil {
		return nil, err
	}
	return p, p.check()
}

// ReadFolder reads a folder in which somebody writes a pack. It has no version and no checksum yet. What no module holds is left out.
func ReadFolder(dir string) (*Pack, error) {
	files, err := readFolder(dir, ".")
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	p := &Pack{Files: files}
	p.Path = modfile.ModulePath(files["go.mod"].Data)
	return p, p.check()
}

// Missing says that a pinned pack is not where the lock says it is.
type Missing struct {
	Version module.Version
	Where   string
	Cached  bool
}

func (m *Missing) Error() string {
	flag := ""
	if m.Cached {
		flag = " --cache"
	}
	return fmt.Sprintf("pack %s is not in %s: hardwright generator add %s%s brings it back", m.Version, m.Where, m.Version, flag)
}

// match compares the files with the checksum. A checkout on a system that writes CRLF is not an edit: if the files have the
// checksum with plain line ends, these are the files.
func (p *Pack) match() error {
	sum, err := Sum(p.Version, p.Files)
	if err != nil {
		return fmt.Errorf("pack %s: %w", p.Version, err)
	}
	if sum == p.Sum {
		return nil
	}
	plain := tree.Tree{}
	for name, f := range p.Files {
		plain[name] = tree.File{Data: bytes.ReplaceAll(f.Data, []byte("\r\n"), []byte("\n")), Mode: f.Mode}
	}
	if again, err := Sum(p.Version, plain); err == nil && again == p.Sum {
		p.Files = plain
		return nil
	}
	return fmt.Errorf("pack %s: its files have checksum %s, and hardwright.lock pins %s: nothing of it is used; take it back from version control, or delete its folder and add it again", p.Version, sum, p.Sum)
}

// readFolder reads the regular files below a folder; anything else there is an error. No link is followed out of dir.
func readFolder(dir, folder string) (tree.Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	files := tree.Tree{}
	left := int64(mostBytes)
	err = fs.WalkDir(root.FS(), folder, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git" && folder == ".":
			return fs.SkipDir // of a pack that is being written
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			return fmt.Errorf("%s is not a regular file", p)
		case len(files) == mostFiles:
			return fmt.Errorf("more than %d files", mostFiles)
		}
		f, err := root.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		data, err := io.ReadAll(io.LimitReader(f, left+1))
		if err != nil {
			return err
		}
		if left -= int64(len(data)); left < 0 {
			return fmt.Errorf("more than %d bytes", mostBytes)
		}
		files[strings.TrimPrefix(p, folder+"/")] = tree.File{Data: data, Mode: 0o644}
		return nil
	})
	return files, err
}
