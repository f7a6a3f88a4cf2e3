package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// disk mounts a file system of its own, in memory, and unmounts it with the test. That takes root, as .ci/run has.
func disk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Fatalf("this test mounts a small disk, which takes root on Linux: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount %s: %v\n%s", dir, err, out)
		}
	})
	return dir
}

// Wholeness on a disk that is full half-way: a clear line, exit 1, and the target is absent. Once there is room, new works and leaves nothing beside it.
func TestFullDisk(t *testing.T) {
	for _, size := range []string{"16k", "200k", "800k"} {
		dir := disk(t, size)
		r := hardwright(t, dir, "new", "orders", "--yes", "--git=false")
		if r.code != 1 || !strings.HasPrefix(r.stderr, "hardwright: new: ") || !strings.Contains(r.stderr, "no space") {
			t.Errorf("%s: exit %d: %s", size, r.code, r.stderr)
		}
		if _, err := os.Lstat(filepath.Join(dir, "orders")); err == nil {
			t.Errorf("%s: part of a service is there", size)
		}
		if out, err := exec.Command("mount", "-o", "remount,size=50m", dir).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if d := difference(contents(t, generate(t, t.TempDir(), "orders")), contents(t, generate(t, dir, "orders"))); d != "" {
			t.Errorf("%s: with room again:\n%s", size, d)
		}
		for path := range contents(t, dir) {
			if strings.HasPrefix(path, ".") {
				t.Errorf("%s: left behind: %s", size, path)
			}
		}
	}
}

// A target that cannot be written: a clear line, exit 1.
func TestReadOnlyDisk(t *testing.T) {
	dir := disk(t, "1m")
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r := hardwright(t, dir, "new", "orders", "--yes", "--git=false")
	if r.code != 1 || !strings.HasPrefix(r.stderr, "hardwright: new: ") || !strings.Contains(r.stderr, "read-only") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	if got := contents(t, dir); len(got) != 0 {
		t.Errorf("wrote %v", got)
	}
}
