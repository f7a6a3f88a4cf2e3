package patch

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/hardwright/hardwright/generator/internal/tree"
)

// Whatever a file holds, looking at it comes to an end, and a change of it can be taken back.
func FuzzPatch(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		for p, each := range read(f, file).repo {
			if filepath.Ext(p) == ".go" {
				f.Add(each.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		repo := tree.Tree{
			"go.mod":         {Data: []byte("module example.com/shop\n\ngo 1.24\n")},
			"main.go":        {Data: src},
			"other/other.go": {Data: []byte("package main\n")},
		}
		s := Look(repo)
		for _, o := range s.Others {
			_ = refuseOther(o)
		}
		for _, sv := range s.Servers {
			for _, c := range []Change{{Wrap: true}, {Wrap: true, Fields: fields}} {
				r, err := s.Patch(sv, c)
				if err != nil {
					continue
				}
				for _, p := range r.Patches {
					if u := Unpatch(r.Files[p.File], p); u.Edited || !bytes.Equal(u.Was, src) {
						t.Errorf("does not come back: %s\n%q", u.Why, src)
					}
					_ = Unpatch(append(bytes.Clone(r.Files[p.File]), " // more\n"...), p)
				}
			}
		}
	})
}
