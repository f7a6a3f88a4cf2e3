package command

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// keys are two that are told apart by what is in them.
func keys() []secret {
	random := func() ([]byte, error) { return []byte(rand.Text()), nil }
	return []secret{{"A_FILE", "a", "the first", random}, {"B_FILE", "b", "the second", random}}
}

func contents(t *testing.T, dir, file string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMakeKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "secrets")
	var out bytes.Buffer
	if err := makeKeys(&out, keys(), dir, true, nil); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "a"): 0o600, filepath.Join(dir, "b"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
	}
	a, b := contents(t, dir, "a"), contents(t, dir, "b")
	if strings.Contains(out.String(), a) || !strings.Contains(out.String(), "A_FILE") {
		t.Errorf("prints %q", out.String())
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("leaves %v, %v", files, err)
	}

	t.Run("again, missing", func(t *testing.T) {
		if err := os.Remove(filepath.Join(dir, "b")); err != nil {
			t.Fatal(err)
		}
		if err := makeKeys(&out, keys(), dir, true, nil); err != nil {
			t.Fatal(err)
		}
		if contents(t, dir, "a") != a || contents(t, dir, "b") == b {
			t.Error("a key that was there is another one now, or one that was not is not made")
		}
		b = contents(t, dir, "b")
	})
	t.Run("again", func(t *testing.T) {
		if err := os.Remove(filepath.Join(dir, "b")); err != nil {
			t.Fatal(err)
		}
		if err := makeKeys(&out, keys(), dir, false, nil); err == nil || !strings.Contains(err.Error(), "a already exists") {
			t.Errorf("%v", err)
		}
		if _, err := os.Stat(filepath.Join(dir, "b")); !errors.Is(err, fs.ErrNotExist) || contents(t, dir, "a") != a {
			t.Error("something is made all the same")
		}
	})
	t.Run("one by force", func(t *testing.T) {
		if err := os.WriteFile(filepath.Join(dir, "b"), []byte(b), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := makeKeys(&out, keys(), dir, false, []string{"a"}); err != nil {
			t.Fatal(err)
		}
		if contents(t, dir, "a") == a || contents(t, dir, "b") != b {
			t.Error("a was to be replaced, and only a")
		}
	})
}

// A key is not written where a link leads, and the folder is closed to others if it was open.
func TestMakeKeysStayInside(t *testing.T) {
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(outside, []byte("victim"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.new", "b"} {
		if err := os.Symlink(outside, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := makeKeys(&bytes.Buffer{}, keys(), dir, false, []string{"b"}); err != nil {
		t.Fatal(err)
	}
	if err := makeKeys(&bytes.Buffer{}, keys(), dir, true, nil); err != nil {
		t.Fatal(err)
	}
	if contents(t, filepath.Dir(outside), "victim") != "victim" {
		t.Error("a key went where a link led")
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v, %v", info.Mode().Perm(), err)
	}
}
