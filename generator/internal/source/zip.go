package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	modzip "golang.org/x/mod/zip"

	"github.com/hardwright/hardwright/generator/internal/render"
	"github.com/hardwright/hardwright/generator/internal/tree"
)

// open checks a module zip and reads it. work is a folder for a copy of it.
func open(v module.Version, src []byte, work string) (*Pack, error) {
	// Before anything that takes time in the number of entries: a zip of 16 MiB can list some 300 000.
	r, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		return nil, fmt.Errorf("%s: not a zip: %w", v, err)
	}
	if len(r.File) > mostFiles {
		return nil, fmt.Errorf("%s: %d files; a pack has at most %d", v, len(r.File), mostFiles)
	}
	// x/mod knows the rules for module zips, and wants a file.
	checked := filepath.Join(work, "pack.zip")
	if err := os.WriteFile(checked, src, 0o600); err != nil {
		return nil, fmt.Errorf("write a copy of the zip: %w", err)
	}
	if _, err := modzip.CheckZip(v, checked); err != nil {
		return nil, fmt.Errorf("%s: %w", v, short(v, err))
	}
	p := &Pack{Version: v, Files: tree.Tree{}}
	prefix := v.String() + "/"
	left := int64(mostBytes)
	for _, f := range r.File {
		if !f.Mode().IsRegular() {
			// A folder has a line in the checksum of the zip, and would have none in that of the files.
			return nil, fmt.Errorf("%s: %q is not a regular file", v, f.Name)
		}
		name := strings.TrimPrefix(f.Name, prefix)
		data, err := read(f, left)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", v, name, err)
		}
		left -= int64(len(data))
		p.Files[name] = tree.File{Data: data, Mode: 0o644}
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	p.Sum, err = Sum(v, p.Files)
	return p, err
}

// read reads one entry, and no more of it than its header says or than is left.
func read(f *zip.File, left int64) ([]byte, error) {
	if f.UncompressedSize64 > uint64(left) {
		return nil, fmt.Errorf("all files together have more than %d bytes", mostBytes)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, int64(f.UncompressedSize64)+1))
	if err != nil {
		return nil, err
	}
	if uint64(len(data)) != f.UncompressedSize64 {
		return nil, fmt.Errorf("more bytes than its header says")
	}
	return data, nil
}

// short names the first of what x/mod found, which can be a line for each of thousands of files.
func short(v module.Version, err error) error {
	var list modzip.FileErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return err
	}
	first := fmt.Errorf("%s: %w", strings.TrimPrefix(list[0].Path, v.String()+"/"), list[0].Err)
	if len(list) > 1 {
		return fmt.Errorf("%w (and %d more)", first, len(list)-1)
	}
	return first
}

// check refuses names that could not be written below a repository, and a go.mod that speaks of another module.
func (p *Pack) check() error {
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		if err := render.CheckPath(name); err != nil {
			return fmt.Errorf("%s: %w", p.Version, err)
		}
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if _, isFile := p.Files[dir]; isFile {
				return fmt.Errorf("%s: %s is a file and the folder of %s", p.Version, dir, name)
			}
		}
	}
	if mod, there := p.Files["go.mod"]; there {
		if is := modfile.ModulePath(mod.Data); is != p.Path {
			return fmt.Errorf("%s: its go.mod says module %q", p.Version, is)
		}
	}
	return nil
}

// Sum is the h1 checksum of a module's files, as go.sum has it.
func Sum(v module.Version, files tree.Tree) (string, error) {
	prefix := v.String() + "/"
	var names []string
	for name := range files {
		names = append(names, prefix+name)
	}
	return dirhash.Hash1(names, func(name string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(files[strings.TrimPrefix(name, prefix)].Data)), nil
	})
}
