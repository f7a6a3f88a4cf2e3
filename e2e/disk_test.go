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

// A service on a disk that is full, then on one that cannot be written: a clear line, exit 1, and the service is as it was. With room, add works.
func TestAddOnFullAndReadOnlyDisks(t *testing.T) {
	dir := disk(t, "50m")
	service := generate(t, dir, "orders")
	before := contents(t, service)
	want := contents(t, generate(t, t.TempDir(), "orders", "--with", "cors"))
	filler := filepath.Join(dir, "filler")
	if out, err := exec.Command("sh", "-c", "cat /dev/zero >"+filler).CombinedOutput(); err == nil {
		t.Fatalf("the disk has no end: %s", out)
	}
	for _, room := range []string{"0", "16k", "48k"} {
		run(t, dir, "truncate", "-s", "-"+room, filler)
		r := hardwright(t, service, "add", "cors")
		if r.code != 1 || !strings.HasPrefix(r.stderr, "hardwright: add: ") || !strings.Contains(r.stderr, "no space") {
			t.Errorf("%s: exit %d: %s", room, r.code, r.stderr)
		}
		if d := difference(before, contents(t, service)); d != "" {
			t.Errorf("%s:\n%s", room, d)
		}
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if r := hardwright(t, service, "add", "cors"); r.code != 1 || !strings.Contains(r.stderr, "read-only") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	if out, err := exec.Command("mount", "-o", "remount,rw", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if d := difference(before, contents(t, service)); d != "" {
		t.Errorf("read-only:\n%s", d)
	}
	if r := hardwright(t, service, "add", "cors"); r.code != 0 {
		t.Errorf("with room: exit %d: %s", r.code, r.stderr)
	}
	if d := difference(want, contents(t, service)); d != "" {
		t.Errorf("with room:\n%s", d)
	}
}

// A file that may not be read is named, and nothing is written. The program runs as nobody: root may read everything.
func TestUnreadable(t *testing.T) {
	if os.Getuid() != 0 {
		t.Fatal("this test starts the program as another user, which takes root, as .ci/run has")
	}
	dir := disk(t, "50m")
	service := generate(t, dir, "orders")
	binary := filepath.Join(dir, "hardwright")
	run(t, dir, "cp", program, binary)
	run(t, dir, "chmod", "0600", filepath.Join(service, "internal/guard/chain.go"), filepath.Join(service, "README.md"))
	run(t, dir, "chmod", "0755", dir)
	before := contents(t, service)
	c := exec.Command("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", binary, "add", "cors", "--dry-run")
	c.Dir = service
	out, err := c.CombinedOutput()
	if err == nil || c.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "internal/guard/chain.go: it cannot be read") || !strings.Contains(string(out), "README.md: it cannot be read") {
		t.Errorf("%v\n%s", err, out)
	}
	if d := difference(before, contents(t, service)); d != "" {
		t.Error(d)
	}
}
