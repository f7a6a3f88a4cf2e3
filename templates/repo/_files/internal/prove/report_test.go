package main

import (
	"os"
	"strings"
	"testing"
)

// What go test -json prints, shortened: one test of each fate, a package that does not compile.
const events = `
{"Action":"run","Package":"example.com/x/internal/a","Test":"TestGood"}
{"Action":"pass","Package":"example.com/x/internal/a","Test":"TestGood"}
{"Action":"output","Package":"example.com/x/internal/a","Test":"TestBad","Output":"why\n"}
{"Action":"fail","Package":"example.com/x/internal/a","Test":"TestBad"}
{"Action":"skip","Package":"example.com/x/internal/a","Test":"TestSkipped"}
{"Action":"pass","Package":"example.com/x","Test":"TestAtTheTop"}
{"ImportPath":"example.com/x/internal/b","Action":"build-fail"}
{"Action":"fail","Package":"example.com/x/internal/b","FailedBuild":"example.com/x/internal/b"}
`

func read(t *testing.T) (ran results, finished string) {
	t.Helper()
	ran, err := readEvents(strings.NewReader(events), "example.com/x", func(pkg, outcome string) { finished += pkg + " " + outcome + "\n" })
	if err != nil {
		t.Fatal(err)
	}
	return ran, finished
}

func TestVerdicts(t *testing.T) {
	ran, finished := read(t)
	tests := []struct {
		name  string
		tests []string
		want  string
	}{
		{"every test passed", []string{"internal/a.TestGood", ".TestAtTheTop"}, pass},
		{"one of two failed", []string{"internal/a.TestGood", "internal/a.TestBad"}, fail},
		{"skipped", []string{"internal/a.TestSkipped"}, fail},
		{"did not run", []string{"internal/a.TestGone"}, fail},
		{"does not compile", []string{"internal/b.TestAny"}, fail},
		{"names no test", nil, fail},
	}
	for _, tt := range tests {
		r := verdicts([]control{{Tests: tt.tests}}, ran)
		if got := r.Controls[0].Result; got != tt.want || r.passed() != (got == pass) {
			t.Errorf("%s: result %q, want %q", tt.name, got, tt.want)
		}
	}
	if verdicts(nil, ran).passed() {
		t.Error("a report without controls passes")
	}
	if got := strings.Join(ran.failed, " "); got != "internal/a.TestBad internal/b" {
		t.Errorf("failed: %s", got)
	}
	if finished != "internal/b fail\ninternal/b fail\n" {
		t.Errorf("finished: %s", finished)
	}
}

func TestText(t *testing.T) {
	ran, _ := read(t)
	r := verdicts([]control{
		{ID: "A1", Title: "First", Standard: "CWE-1", Tests: []string{"internal/a.TestGood", "internal/a.TestGone"}},
		{ID: "B12", Title: strings.Repeat("long ", 25), Standard: "CWE-22", Tests: []string{"internal/a.TestGood"}},
	}, ran)
	got := r.text(style{}, ran)
	const want = `fail  A1   First
           CWE-1
           internal/a.TestGood, internal/a.TestGone (did not run)
pass  B12  `
	if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "\nwhy\n\nfail internal/b\n\n1 controls pass, 1 fail; internal/a.TestBad failed first\n") {
		t.Errorf("got:\n%s", got)
	}
	for line := range strings.Lines(got) {
		if len(line) > columns+1 {
			t.Errorf("more than %d columns: %s", columns, line)
		}
	}
	if colored := r.text(style{color: true}, ran); !strings.HasPrefix(colored, "\x1b[31mfail\x1b[0m  A1   First\n") {
		t.Errorf("%q", colored[:40])
	}
}

// Every control has a title, a standard, code and tests, and docs/security/controls.md is the same list.
func TestControls(t *testing.T) {
	all, err := readControls(controls)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Error("no controls")
	}
	seen := map[string]bool{}
	for _, c := range all {
		if c.ID == "" || c.Title == "" || c.Standard == "" || len(c.Code) == 0 || len(c.Tests) == 0 || seen[c.ID] {
			t.Errorf("control %q: a part is missing, or the id is repeated", c.ID)
		}
		seen[c.ID] = true
	}
	written, err := os.ReadFile("../../" + controlsPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != verdicts(all, results{}).page(false) {
		t.Errorf("%s is not what controls.json says: run make prove", controlsPage)
	}
}
