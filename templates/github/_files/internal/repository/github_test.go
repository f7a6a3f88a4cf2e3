package repository

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// workflows returns the text of each workflow, and fails the test if there are fewer than the two that came with the service.
func workflows(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range files(t) {
		if strings.HasPrefix(name, ".github/workflows/") {
			all[name] = read(t, name)
		}
	}
	for _, name := range []string{"ci.yml", "security-audit.yml"} {
		if all[".github/workflows/"+name] == "" {
			t.Fatalf("no %s", name)
		}
	}
	return all
}

// jobs cuts a workflow into the texts of its jobs.
func jobs(workflow string) map[string]string {
	all, name := map[string]string{}, ""
	_, rest, _ := strings.Cut(workflow, "\njobs:\n")
	for line := range strings.Lines(rest) {
		if m := jobName.FindStringSubmatch(line); m != nil {
			name = m[1]
		}
		all[name] += line
	}
	delete(all, "")
	return all
}

var (
	jobName = regexp.MustCompile(`^  ([a-z0-9-]+):\n$`)
	pinned  = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v?\d[\w.-]*$`)
)

// GitHub's own guide to secure use, and OpenSSF Scorecard: Pinned-Dependencies, Token-Permissions, Dangerous-Workflow.
func TestWorkflowsAreHardened(t *testing.T) {
	for name, text := range workflows(t) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "- "))
			if action, ok := strings.CutPrefix(line, "uses: "); ok && !pinned.MatchString(action) {
				t.Errorf("%s: %s is not pinned by commit, with its version beside it", name, action)
			}
		}
		if !strings.Contains(text, "\npermissions: {}\n") {
			t.Errorf("%s gives rights to all its jobs", name)
		}
		if !strings.Contains(text, "\nconcurrency:\n") {
			t.Errorf("%s may run any number of times at once", name)
		}
		for _, bad := range []string{"pull_request_target", "workflow_run", "write-all", "contents: write", "packages: write", "id-token:", "secrets.", "self-hosted",
			"-latest\n", "continue-on-error", "curl "} {
			if strings.Contains(text, bad) {
				t.Errorf("%s says %q", name, strings.TrimSpace(bad))
			}
		}
		for job, body := range jobs(text) {
			for _, want := range []string{"\n    runs-on: ubuntu-24.04\n", "\n    timeout-minutes: ", "\n    permissions:\n      contents: read\n"} {
				if !strings.Contains(body, want) {
					t.Errorf("%s: job %s has no %q", name, job, strings.TrimSpace(want))
				}
			}
			if strings.Count(body, "uses: actions/checkout@") != strings.Count(body, "          persist-credentials: false\n") {
				t.Errorf("%s: job %s leaves a token behind in .git", name, job)
			}
			// What somebody else wrote must not become part of a command.
			for _, step := range regexp.MustCompile(`(?m)^ +(- )?run: (\|\n( {10}.*\n)+|.*\n)`).FindAllString(body, -1) {
				if strings.Contains(step, "${{") {
					t.Errorf("%s: job %s puts an expression into a command: %s", name, job, strings.TrimSpace(step))
				}
			}
		}
	}
}

func TestAuditRuns(t *testing.T) {
	audit := workflows(t)[".github/workflows/security-audit.yml"]
	on, _, _ := strings.Cut(audit, "\npermissions:")
	for _, trigger := range []string{"\n  push:\n", "\n  pull_request:\n", "\n  schedule:\n    - cron: ", "\n  workflow_dispatch:\n"} {
		if !strings.Contains(on, trigger) {
			t.Errorf("the audit does not run on %s", strings.TrimSpace(trigger))
		}
	}
	all := jobs(audit)
	for job, command := range map[string]string{
		"vulnerabilities": "go run golang.org/x/vuln/cmd/govulncheck@v",
		"secrets":         "go run github.com/zricethezav/gitleaks/v8@v",
	} {
		if !strings.Contains(all[job], "\n        run: "+command) {
			t.Errorf("job %s does not run %s", job, command)
		}
		if strings.Contains(all[job], "    if: ") {
			t.Errorf("job %s does not always run", job)
		}
	}
	if !strings.Contains(all["secrets"], "fetch-depth: 0") {
		t.Error("the search for secrets does not see the whole history")
	}
}

func TestScannersRun(t *testing.T) {
	all := jobs(workflows(t)[".github/workflows/security-audit.yml"])
	for job, parts := range map[string][]string{
		"codeql":        {"uses: github/codeql-action/init@", "languages: go", "uses: github/codeql-action/analyze@"},
		"trivy":         {"uses: aquasecurity/trivy-action@", "scanners: vuln,misconfig,secret", `exit-code: "1"`},
		"code-scanning": {"format: sarif", "uses: github/codeql-action/upload-sarif@"},
	} {
		for _, part := range parts {
			if !strings.Contains(all[job], part) {
				t.Errorf("job %s has no %s", job, part)
			}
		}
	}
	const scanning = "\n    if: github.event.repository.visibility == 'public' || vars.CODE_SCANNING == 'true'\n"
	for job, body := range all {
		if strings.Contains(body, "security-events: write") != strings.Contains(body, scanning) {
			t.Errorf("job %s writes to code scanning where there is none, or asks for it without need", job)
		}
	}
}

func TestChecksRun(t *testing.T) {
	all := jobs(workflows(t)[".github/workflows/ci.yml"])
	for job, steps := range map[string][]string{
		"lint":  {"run: go vet ./...", "uses: golangci/golangci-lint-action@", "go mod tidy -diff", "gofmt -l ."},
		"prove": {"run: make prove"},
		"race":  {"run: make race"},
		"fuzz":  {"run: make fuzz FUZZTIME=10s"},
	} {
		for _, step := range steps {
			if !strings.Contains(all[job], step) {
				t.Errorf("job %s has no %s", job, step)
			}
		}
		if strings.Contains(all[job], "\n    if: ") {
			t.Errorf("job %s does not always run", job)
		}
	}
}

// The go line of go.mod is only the floor: CI takes the newest patch, with its fixes of the standard library.
func TestNewestPatchOfGo(t *testing.T) {
	for name, text := range workflows(t) {
		setups := strings.Count(text, "uses: actions/setup-go@")
		for _, want := range []string{"          go-version: 1.26.x\n", "          check-latest: true\n"} {
			if strings.Count(text, want) != setups {
				t.Errorf("%s: not every setup-go says %s", name, strings.TrimSpace(want))
			}
		}
	}
}

func TestUpdatesRest(t *testing.T) {
	text := read(t, ".github/dependabot.yml")
	updates := strings.Split(text, "  - package-ecosystem: ")[1:]
	var ecosystems []string
	for _, u := range updates {
		name, _, _ := strings.Cut(u, "\n")
		ecosystems = append(ecosystems, name)
		for _, want := range []string{"      interval: weekly\n", "    cooldown:\n      default-days: 7\n"} {
			if !strings.Contains(u, want) {
				t.Errorf("updates of %s have no %q", name, strings.TrimSpace(want))
			}
		}
	}
	for _, want := range []string{"gomod", "github-actions"} {
		if !slices.Contains(ecosystems, want) {
			t.Errorf("nobody updates %s", want)
		}
	}
}

func TestBranchRules(t *testing.T) {
	var ruleset struct {
		Enforcement  string
		BypassActors []any `json:"bypass_actors"`
		Rules        []struct {
			Type       string
			Parameters struct {
				Reviews   int  `json:"required_approving_review_count"`
				CodeOwner bool `json:"require_code_owner_review"`
				Stale     bool `json:"dismiss_stale_reviews_on_push"`
				Checks    []struct {
					Context string
				} `json:"required_status_checks"`
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, ".github/rulesets/main.json")), &ruleset); err != nil {
		t.Fatal(err)
	}
	if ruleset.Enforcement != "active" || len(ruleset.BypassActors) > 0 {
		t.Error("the ruleset is not in force for everybody")
	}
	known := map[string]bool{}
	for _, text := range workflows(t) {
		for job := range jobs(text) {
			known[job] = true
		}
	}
	rules := map[string]bool{}
	for _, r := range ruleset.Rules {
		rules[r.Type] = true
		if p := r.Parameters; r.Type == "pull_request" && (p.Reviews < 1 || !p.CodeOwner || !p.Stale) {
			t.Errorf("a pull request needs too little: %+v", p)
		}
		for _, c := range r.Parameters.Checks {
			if !known[c.Context] {
				t.Errorf("no job is called %s: nothing could ever be merged", c.Context)
			}
		}
	}
	for _, want := range []string{"deletion", "non_fast_forward", "pull_request", "required_status_checks"} {
		if !rules[want] {
			t.Errorf("the main branch has no rule %s", want)
		}
	}
	if !strings.Contains(read(t, ".github/CODEOWNERS"), "*") {
		t.Error("CODEOWNERS names no files")
	}
}
