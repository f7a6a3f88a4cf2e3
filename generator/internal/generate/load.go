// Package generate runs generators: folders of templates that put new files into a repository, and text into files that are there.
//
// A generator is data. Nothing of it is executed but text/template with an allow-list of functions, within bounds of work, memory
// and output; it sees the service and its inputs, and no environment, file, clock or network. A place in a file is found by parsing
// and changed by splicing bytes: what stands outside survives. A place that is not there, or there twice, is an error that says what
// to add by hand. Everything here is bytes to bytes. templates/GENERATORS.md is the contract of the format.
package generate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hardwright/hardwright/generator/internal/problem"
	"github.com/hardwright/hardwright/generator/internal/render"
)

// What a folder may hold. The largest generator we ship is a tenth of it.
const (
	maxFiles  = 1000
	maxFile   = 1 << 20
	maxFolder = 8 << 20
	// Of a manifest: reading it takes time in the square of its keys, and each insertion is a look at the syntax of a file.
	maxManifest   = 256 << 10
	maxInputs     = 100
	maxSequences  = 20
	maxInsertions = 200
)

// ErrNone says that a folder holds no generator.
var ErrNone = errors.New("no " + File)

// Load reads the generator in fsys, whose folder a person finds at where. Every problem is reported, with file and line.
func Load(fsys fs.FS, where string) (*Generator, error) {
	src, err := readFile(fsys, File, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", where, ErrNone)
	}
	if err != nil {
		return nil, problem.List{{Subject: path.Join(where, File), Message: err.Error()}}
	}
	g, problems := read(path.Join(where, File), path.Base(where), src)
	g.Where, g.heaviest = where, len(src)
	for what, n := range map[string][2]int{"inputs": {len(g.Inputs), maxInputs}, "sequences": {len(g.Sequences), maxSequences}, "insertions": {len(g.Insertions), maxInsertions}} {
		if n[0] > n[1] {
			problems.Add(path.Join(where, File)+":1", "%d %s: more than %d", n[0], what, n[1])
		}
	}
	g.payload, g.tests = map[string][]byte{}, map[string][]byte{}
	files, total := 0, 0
	err = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		into := g.payload
		first, rel, _ := strings.Cut(p, "/")
		switch {
		case p == ".", p == File:
			return nil
		case first == "testdata":
			into = g.tests
		case first != "_files" && p != "README.md":
			if d.IsDir() {
				return fs.SkipDir // a person's notes
			}
			return nil
		}
		switch {
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			problems.Add(path.Join(where, p), "not a regular file")
			return nil
		}
		if files++; files > maxFiles {
			problems.Add(where, "more than %d files", maxFiles)
			return fs.SkipAll
		}
		src, err := readFile(fsys, p, maxFile)
		if err != nil {
			problems.Add(path.Join(where, p), "%v", err)
			return nil
		}
		if total += len(src); total > maxFolder {
			problems.Add(where, "more than %d bytes", maxFolder)
			return fs.SkipAll
		}
		if p == "README.md" {
			g.readme = src
			return nil
		}
		into[rel] = src
		return nil
	})
	if err != nil {
		problems.Add(where, "read: %v", err)
	}
	for _, r := range g.Files {
		if !g.holds(r.Path) {
			problems.Add(fmt.Sprintf("%s:%d", path.Join(where, File), r.Line), "files: no payload %s", r.Path)
		}
	}
	for _, p := range slices.Concat(g.Seeded, g.Scripts) {
		if !g.holds(p) {
			problems.Add(path.Join(where, File)+":1", "no payload %s", p)
		}
	}
	g.digest = digest(src, g.payload)
	return g, problems.Sorted().Err()
}

// readFile reads a file of at most limit bytes.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	src, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(src)) > limit {
		return nil, fmt.Errorf("more than %d bytes", limit)
	}
	return src, err
}

// holds reports whether a payload path, with or without .tmpl, is a file or a folder of the payload.
func (g *Generator) holds(p string) bool {
	for have := range g.payload {
		if have == p || have == p+".tmpl" || strings.HasPrefix(have, p+"/") {
			return true
		}
	}
	return false
}

// digest names a generator by the bytes that rendering reads, so that what it wrote can be made again.
func digest(manifest []byte, payload map[string][]byte) string {
	sum := sha256.New()
	write := func(name string, data []byte) {
		data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
		fmt.Fprintf(sum, "%s\x00%d\x00", name, len(data))
		sum.Write(data)
	}
	write(File, manifest)
	for _, p := range slices.Sorted(maps.Keys(payload)) {
		write("_files/"+p, payload[p])
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

// Digest names the generator by the bytes that rendering reads.
func (g *Generator) Digest() string { return g.digest }

// Readme is the folder's README.md.
func (g *Generator) Readme() []byte { return g.readme }

func newMachine() *render.Machine { return render.NewMachine(functions()) }
