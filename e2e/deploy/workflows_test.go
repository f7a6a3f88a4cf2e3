package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// actionlint is the version that judges the workflows.
const actionlint = "v1.7.12"

func workflows(t *testing.T, service string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(service, ".github", "workflows", "*.yml"))
	if err != nil || len(found) < 2 {
		t.Fatalf("workflows: %v, %v", found, err)
	}
	return found
}

// actionlint knows the schema, the expressions and what each event brings; it gives the scripts to shellcheck.
func TestWorkflowsLint(t *testing.T) {
	lint := tool(t, "github.com/rhysd/actionlint/cmd/actionlint", actionlint)
	for _, c := range choices {
		service := c.generate(t)
		commit(t, service) // actionlint looks for the top of a repository
		if out, code := run(t, service, nil, lint, append([]string{"-shellcheck", "shellcheck"}, workflows(t, service)...)...); code != 0 || out != "" {
			t.Errorf("%v: exit %d\n%s", c, code, out)
		}
	}
}

// A mistake of each kind is found, so that silence means something.
func TestWorkflowsLintFinds(t *testing.T) {
	lint := tool(t, "github.com/rhysd/actionlint/cmd/actionlint", actionlint)
	for old, with := range map[string]string{
		"run: make prove":         "run: echo $UNQUOTED_$(ls)", // shellcheck
		"timeout-minutes: 20":     "timeout-minuts: 20",        // schema
		"if: always()":            "if: allways()",             // expression
		"runs-on: ubuntu-24.04\n": "runs-on: ubuntu-99.04\n",   // runner
	} {
		service := choice{"none", "none"}.generate(t)
		commit(t, service)
		path := filepath.Join(service, ".github", "workflows", "ci.yml")
		edit(t, path, old, with)
		if out, code := run(t, service, nil, lint, "-shellcheck", "shellcheck", path); code == 0 {
			t.Errorf("nothing found after %q became %q: %s", old, with, out)
		}
	}
}

// A commit stands in a workflow only if templates/github/actions.yaml says where it was read from.
func TestActionsHaveASource(t *testing.T) {
	var table struct {
		Actions []struct{ Name, Version, Commit, Committed, Copy string }
	}
	b, err := os.ReadFile("../../templates/github/actions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	known, used := map[string]bool{}, map[string]bool{}
	date := regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	for _, a := range table.Actions {
		if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(a.Commit) || !date.MatchString(a.Committed) || !date.MatchString(a.Copy) {
			t.Errorf("%s: the row is not complete", a.Name)
		}
		known[a.Name+"@"+a.Commit+" # "+a.Version] = true
	}
	service := choice{"postgres", "session"}.generate(t)
	for _, path := range workflows(t, service) {
		for line := range strings.Lines(read(t, path)) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "- ")
			action, ok := strings.CutPrefix(line, "uses: ")
			if !ok {
				continue
			}
			name, commit, _ := strings.Cut(action, "@")
			if parts := strings.Split(name, "/"); len(parts) > 2 {
				name = strings.Join(parts[:2], "/") // an action in a folder of its repository
			}
			if key := name + "@" + commit; !known[key] {
				t.Errorf("%s: %s is not in templates/github/actions.yaml", filepath.Base(path), key)
			} else {
				used[key] = true
			}
		}
	}
	for key := range known {
		if !used[key] {
			t.Errorf("templates/github/actions.yaml: nobody uses %s", key)
		}
	}
}

// Each workflow is read as YAML too: what a line-by-line test of the service could be fooled about.
func TestWorkflowsAreHardened(t *testing.T) {
	for _, path := range workflows(t, choice{"sqlite", "session"}.generate(t)) {
		var w struct {
			On          map[string]any
			Permissions map[string]string
			Jobs        map[string]struct {
				RunsOn      string `yaml:"runs-on"`
				Timeout     int    `yaml:"timeout-minutes"`
				Permissions map[string]string
				Steps       []struct {
					Uses string
					Run  string
					With map[string]any
				}
			}
		}
		if err := yaml.Unmarshal([]byte(read(t, path)), &w); err != nil {
			t.Fatal(err)
		}
		if w.Permissions == nil || len(w.Permissions) > 0 {
			t.Errorf("%s: permissions %v", path, w.Permissions)
		}
		for trigger := range w.On {
			switch trigger {
			case "push", "pull_request", "schedule", "workflow_dispatch":
			default:
				t.Errorf("%s runs on %s", path, trigger)
			}
		}
		for name, job := range w.Jobs {
			if job.RunsOn != "ubuntu-24.04" || job.Timeout == 0 || job.Timeout > 30 || job.Permissions["contents"] != "read" {
				t.Errorf("%s: job %s: %+v", path, name, job)
			}
			for right, level := range job.Permissions {
				if level != "read" && right != "security-events" {
					t.Errorf("%s: job %s may %s %s", path, name, level, right)
				}
			}
			for _, s := range job.Steps {
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
					t.Errorf("%s: job %s leaves a token behind", path, name)
				}
				if strings.Contains(s.Run, "${{") {
					t.Errorf("%s: job %s puts an expression into a command", path, name)
				}
			}
		}
	}
}
