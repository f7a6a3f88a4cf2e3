package tree

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestFS(t *testing.T) {
	files := Tree{
		"go.mod":             {Data: []byte("module example.com/pack\n"), Mode: 0o644},
		"hello/_files/a.sh":  {Data: []byte("#!/bin/sh\n"), Mode: 0o755},
		"hello/_files/b/c/d": {Data: nil, Mode: 0o644},
		"hello/z":            {Data: []byte("z"), Mode: 0o644},
	}
	if err := fstest.TestFS(files.FS(), "go.mod", "hello/_files/a.sh", "hello/_files/b/c/d", "hello/z"); err != nil {
		t.Error(err)
	}
	info, err := fs.Stat(files.FS(), "hello/_files/a.sh")
	if err != nil || info.Mode() != 0o755 {
		t.Errorf("%v, %v", info, err)
	}
	if err := fstest.TestFS(Tree{}.FS()); err != nil {
		t.Errorf("empty: %v", err)
	}
}
