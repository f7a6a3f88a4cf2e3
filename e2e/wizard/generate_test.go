package wizard

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// service writes a service to generate in.
func service(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "orders")
	cmd := exec.Command(program, "new", dir, "--yes", "--quiet", "--git=false")
	cmd.Env = environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

// snapshot is every file with its bytes.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, p))
		all[p] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// On a terminal generate asks for what is missing, with plain prompts.
func TestGenerateAsks(t *testing.T) {
	dir := service(t)
	term := start(t, setup{command: "generate", dir: dir, args: []string{"endpoint", "method=POST"}})
	term.draws("Question 1 of 1: The endpoint's name, for example status\r\n")
	term.draws("Answer: ")
	term.send("?\n")
	term.draws("It becomes the package")
	term.send("Feed Back\n")
	term.draws("Not possible: ")
	term.send("feedback\n")
	term.draws("3 created, 3 changed")
	term.writes()
	if _, err := os.Stat(filepath.Join(dir, "internal", "feedback", "post.go")); err != nil {
		t.Error(err)
	}
}

// An interrupt, however it comes, ends with 130 and leaves every file as it was.
func TestGenerateIsInterrupted(t *testing.T) {
	dir := service(t)
	was := snapshot(t, dir)
	for name, keys := range map[string]string{"Ctrl-C": ctrlC, "Ctrl-C behind letters": "feed" + ctrlC, "the end of the input": ctrlD} {
		term := start(t, setup{command: "generate", dir: dir, args: []string{"job"}})
		term.draws("Answer: ")
		term.send(keys)
		if code, out := term.wait(); code != 130 || out != "" {
			t.Errorf("%s: exit %d, standard output %q", name, code, out)
		}
		is := snapshot(t, dir)
		for p, text := range is {
			if was[p] != text {
				t.Errorf("%s: %s is changed", name, p)
			}
		}
		if len(is) != len(was) {
			t.Errorf("%s: %d files, there were %d", name, len(is), len(was))
		}
	}
}
