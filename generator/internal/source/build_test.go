package source

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// project writes files and returns their folder.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for p, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuild(t *testing.T) {
	green := map[string]string{
		"shop/go.mod":  "module example.com/shop\n\ngo 1.21\n",
		"shop/main.go": "package main\n\nfunc main() {}\n",
	}
	red := map[string]string{
		"shop/go.mod":     "module example.com/shop\n\ngo 1.21\n",
		"shop/main.go":    "package main\n\nfunc main() {}\n",
		"shop/old/old.go": "package old\n\nvar _ = gone\n",
	}
	uses := []byte("package main\n\nimport \"example.com/shop/internal/guard\"\n\nfunc main() { guard.Do() }\n")
	tests := []struct {
		name         string
		files        map[string]string
		change       map[string][]byte
		before, ours string // the first complaint
	}{
		{"green stays green", green, map[string][]byte{"shop/main.go": uses, "shop/internal/guard/guard.go": []byte("package guard\n\nfunc Do() {}\n")}, "", ""},
		{"green turns red", green, map[string][]byte{"shop/main.go": uses, "shop/internal/guard/guard.go": []byte("package guard\n\nfunc Don() {}\n")},
			"", "main.go:5:21: undefined: guard.Do"},
		{"red stays red", red, map[string][]byte{"shop/main.go": uses, "shop/internal/guard/guard.go": []byte("package guard\n\nfunc Do() {}\n")},
			"old/old.go:3:9: undefined: gone", ""},
		{"red turns redder", red, map[string][]byte{"shop/main.go": uses, "shop/internal/guard/guard.go": []byte("package guard\n\nfunc Do() { gone() }\n")},
			"old/old.go:3:9: undefined: gone", "internal/guard/guard.go:3:13: undefined: gone"},
		{"a file goes", red, map[string][]byte{"shop/old/old.go": nil}, "", ""},
	}
	first := func(lines []string) string {
		if len(lines) == 0 {
			return ""
		}
		return lines[0]
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := project(t, tt.files)
			v, err := Build(context.Background(), dir, "shop", tt.change)
			if err != nil || first(v.Before) != tt.before || first(v.Ours) != tt.ours || v.NoGo {
				t.Errorf("before %q, ours %q, %v", v.Before, v.Ours, err)
			}
			n := 0
			_ = filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					n++
				}
				return err
			})
			if n != len(tt.files) {
				t.Errorf("%d files, and there were %d: the build wrote", n, len(tt.files))
			}
		})
	}
}

func TestBuildWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	v, err := Build(context.Background(), t.TempDir(), ".", nil)
	if err != nil || !v.NoGo {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestComplaintsArePlaced(t *testing.T) {
	for line, want := range map[string]string{
		"./main.go:5:21: undefined: x": "main.go|undefined: x",
		`cmd\a\main.go:5: bad`:         "cmd/a/main.go|bad",
		"go: inconsistent vendoring":   "|go: inconsistent vendoring",
	} {
		file, words := complaint(line)
		if got := strings.Join([]string{file, words}, "|"); got != want {
			t.Errorf("%q is %q, want %q", line, got, want)
		}
	}
}
