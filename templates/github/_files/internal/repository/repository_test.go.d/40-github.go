package repository

import (
	"regexp"
	"strings"
	"testing"
)

// workflows returns the text of each workflow, and of each job as file/job.
func workflows(t *testing.T) (all, jobs map[string]string) {
	t.Helper()
	all, jobs = map[string]string{}, map[string]string{}
	for _, name := range files(t) {
		base, ok := strings.CutPrefix(name, ".github/workflows/")
		if !ok {
			continue
		}
		all[base] = read(t, name)
		_, rest, _ := strings.Cut(all[base], "\njobs:\n")
		starts := regexp.MustCompile(`(?m)^  ([a-z0-9-]+):\n`).FindAllStringSubmatchIndex(rest, -1)
		for i, s := range starts {
			end := len(rest)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			jobs[base+"/"+rest[s[2]:s[3]]] = rest[s[1]:end]
		}
	}
	return all, jobs
}

// GitHub's guide to secure use, and OpenSSF Scorecard: Pinned-Dependencies, Token-Permissions, Dangerous-Workflow.
func TestWorkflowsAreHardened(t *testing.T) {
	all, jobs := workflows(t)
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v?\d[\w.-]*$`)
	for name, text := range all {
		for line := range strings.Lines(text) {
			if _, action, ok := strings.Cut(line, "uses: "); ok && !pinned.MatchString(strings.TrimSpace(action)) {
				t.Errorf("%s: %s is not pinned by commit, with its version next to it", name, action)
			}
		}
		if !strings.Contains(text, "\npermissions: {}\n") {
			t.Errorf("%s gives permissions to all its jobs", name)
		}
		for _, bad := range []string{"pull_request_target", "workflow_run", "write-all", "contents: write", "id-token:", "secrets.", "self-hosted", "continue-on-error"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s says %q", name, bad)
			}
		}
	}
	// What somebody else wrote must not become part of a command.
	run := regexp.MustCompile(`(?m)^ +(- )?run: (\|\n( {10}.*\n)+|.*\n)`)
	for name, job := range jobs {
		if !strings.Contains(job, "\n    timeout-minutes: ") || !strings.Contains(job, "\n    permissions:\n") {
			t.Errorf("%s has no time limit, or no permissions of its own", name)
		}
		if strings.Count(job, "uses: actions/checkout@") != strings.Count(job, "persist-credentials: false\n") {
			t.Errorf("%s leaves a token in .git", name)
		}
		for _, step := range run.FindAllString(job, -1) {
			if strings.Contains(step, "${{") {
				t.Errorf("%s puts an expression into a command: %s", name, strings.TrimSpace(step))
			}
		}
	}
}

// The jobs that prove controls are there and always run.
func TestJobsRun(t *testing.T) {
	all, jobs := workflows(t)
	for name, steps := range map[string][]string{
		"ci.yml/lint":                        {"golangci-lint-action@", "go mod tidy -diff", "check-latest: true"},
		"ci.yml/prove":                       {"run: make prove"},
		"ci.yml/race":                        {"run: make race"},
		"ci.yml/fuzz":                        {"run: make fuzz"},
		"ci.yml/reproducible":                {"cmp "},
		"security-audit.yml/vulnerabilities": {"run: go run golang.org/x/vuln/cmd/govulncheck@v"},
		"security-audit.yml/secrets":         {"run: go run github.com/zricethezav/gitleaks/v8@v", "fetch-depth: 0"},
		"security-audit.yml/trivy":           {"scanners: vuln,misconfig,secret", `exit-code: "1"`},
		"security-audit.yml/codeql":          {"codeql-action/init@", "codeql-action/analyze@"},
	} {
		for _, step := range steps {
			if !strings.Contains(jobs[name], step) {
				t.Errorf("%s has no %s", name, step)
			}
		}
		if strings.Contains(jobs[name], "\n    if: ") && name != "security-audit.yml/codeql" {
			t.Errorf("%s does not always run", name)
		}
	}
	if !strings.Contains(all["security-audit.yml"], "\n  schedule:\n    - cron: ") {
		t.Error("the audit does not run weekly")
	}
	updates := read(t, ".github/dependabot.yml")
	if n := strings.Count(updates, "package-ecosystem:"); n < 2 || n != strings.Count(updates, "default-days: 7\n") {
		t.Error("not every update waits seven days")
	}
}

// The ruleset requires reviews, and only checks that exist: with another one nothing could be merged.
func TestBranchRules(t *testing.T) {
	ruleset := read(t, ".github/rulesets/main.json")
	_, jobs := workflows(t)
	for _, m := range regexp.MustCompile(`"context": "([^"]+)"`).FindAllStringSubmatch(ruleset, -1) {
		if jobs["ci.yml/"+m[1]]+jobs["security-audit.yml/"+m[1]] == "" {
			t.Errorf("no job is called %s", m[1])
		}
	}
	if !regexp.MustCompile(`"required_approving_review_count": [1-9]`).MatchString(ruleset) {
		t.Error("changes need no review")
	}
}
