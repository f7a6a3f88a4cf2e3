package apply

import (
	"os"
	"path/filepath"
	"testing"
)

func TestBranch(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no repository", nil, ""},
		{"the head of origin", map[string]string{"HEAD": "ref: refs/heads/main\n", "refs/remotes/origin/HEAD": "ref: refs/remotes/origin/trunk\n"}, "trunk"},
		{"a first commit to come", map[string]string{"HEAD": "ref: refs/heads/master\n"}, "master"},
		{"on another branch", map[string]string{"HEAD": "ref: refs/heads/fix\n", "refs/heads/master": "0\n"}, "master"},
		{"on another branch, packed", map[string]string{"HEAD": "ref: refs/heads/fix\n", "packed-refs": "# pack-refs\n0 refs/heads/main\n"}, "main"},
		{"another of that name", map[string]string{"HEAD": "ref: refs/heads/fix\n", "packed-refs": "0 refs/heads/mainline\n"}, ""},
		{"a work tree of a repository elsewhere", map[string]string{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range tt.files {
				at := filepath.Join(dir, ".git", filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			repo, err := Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer repo.Close()
			if got := repo.Branch(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
