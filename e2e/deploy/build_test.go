package deploy

import (
	"crypto/sha256"
	"debug/buildinfo"
	"os"
	"path/filepath"
	"testing"
)

// Two clones of one clean commit build to the same bytes, and the program says which commit.
func TestClonesBuildAlike(t *testing.T) {
	service := choice{"sqlite", "session"}.generate(t)
	commit(t, service)
	var sums [2][sha256.Size]byte
	for i := range sums {
		clone := filepath.Join(t.TempDir(), "a clone")
		git(t, "", "clone", "--quiet", service, clone)
		must(t, clone, []string{"GOFLAGS="}, "make", "build")
		path := filepath.Join(clone, "build", "orders")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = sha256.Sum256(b)
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		facts := map[string]string{}
		for _, s := range info.Settings {
			facts[s.Key] = s.Value
		}
		if facts["-trimpath"] != "true" || facts["CGO_ENABLED"] != "0" || len(facts["vcs.revision"]) != 40 || facts["vcs.modified"] != "false" {
			t.Errorf("built as %v", facts)
		}
	}
	if sums[0] != sums[1] {
		t.Error("two clones of one commit build to different programs")
	}
}
