package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Each script is a story that a user could type; one folder a category, one file a situation.
func TestScripts(t *testing.T) {
	stories := map[string]int{"about": 5, "answers": 5, "new": 15, "refuse": 10}
	categories, err := os.ReadDir("scripts")
	if err != nil {
		t.Fatal(err)
	}
	if len(categories) != len(stories) {
		t.Errorf("%d categories, want %d", len(categories), len(stories))
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
					return nil
				},
			})
		})
	}
}
