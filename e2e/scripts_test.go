package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Each script is a story that a user could type; one folder a category, one file a situation.
func TestScripts(t *testing.T) {
	stories := map[string]int{ // a line a folder
		"about":     5,
		"add":       15,
		"answers":   5,
		"generate":  15,
		"generator": 4,
		"new":       15,
		"packs":     22,
		"refuse":    9,
		"remove":    2,
	}
	categories, err := os.ReadDir("scripts")
	if err != nil {
		t.Fatal(err)
	}
	if len(categories) != len(stories) {
		t.Errorf("%d categories, want %d", len(categories), len(stories))
	}
	caches := map[string]string{}
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		caches[name] = strings.TrimSpace(run(t, "..", "go", "env", name))
	}
	for _, category := range categories {
		dir := filepath.Join("scripts", category.Name())
		files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != stories[category.Name()] {
			t.Errorf("%s: %d stories, want %d", dir, len(files), stories[category.Name()])
		}
		t.Run(category.Name(), func(t *testing.T) {
			testscript.Run(t, testscript.Params{
				Dir: dir,
				Setup: func(env *testscript.Env) error {
					env.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"))
					env.Setenv("HOME", env.WorkDir)
					env.Setenv("PROGRAM", filepath.Dir(program))
					for _, name := range []string{"GOCACHE", "GOMODCACHE"} { // below HOME otherwise, and cold
						env.Setenv(name, caches[name])
					}
					return startProxy(env, category.Name())
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"append": appends,
					"exits":  exits,
					"offer":  offer,
					"lie":    lie,
				},
			})
		})
	}
}

// exits runs a command and wants one exit code: exits 2 hardwright new.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT…]")
	}
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v: %v", args[1:], err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// appends adds a line to a file, as a person with an editor does: append internal/config/config.go '// mine'.
func appends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: append FILE LINE")
	}
	file := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(file, []byte(ts.ReadFile(file)+args[1]+"\n"), 0o644))
}
