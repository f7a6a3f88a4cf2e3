package main

import (
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

func TestVerdicts(t *testing.T) {
	ran, err := readEvents(strings.NewReader(events), "example.com/x")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		control control
		want    string
	}{
		{"every test passed", control{Tests: []string{"internal/a.TestGood", ".TestAtTheTop"}}, pass},
		{"one of two failed", control{Tests: []string{"internal/a.TestGood", "internal/a.TestBad"}}, fail},
		{"skipped", control{Tests: []string{"internal/a.TestSkipped"}}, fail},
		{"did not run", control{Tests: []string{"internal/a.TestGone"}}, fail},
		{"does not compile", control{Tests: []string{"internal/b.TestAny"}}, fail},
		{"names no test", control{}, fail},
		{"does not apply", control{NotApplicable: "auth none"}, notApplicable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := judge([]control{tt.control}, ran)
			if got := r.Controls[0].Result; got != tt.want {
				t.Errorf("result %q, want %q", got, tt.want)
			}
			if got := r.passed(); got != (tt.want != fail) {
				t.Errorf("passed %v with result %q", got, tt.want)
			}
		})
	}
	if judge(nil, ran).passed() {
		t.Error("a report without controls passes")
	}
	if got := strings.Join(ran.failures(), " "); got != "internal/a.TestBad internal/b" {
		t.Errorf("failures: %s", got)
	}
}

func TestTable(t *testing.T) {
	ran, err := readEvents(strings.NewReader(events), "example.com/x")
	if err != nil {
		t.Fatal(err)
	}
	got := judge([]control{
		{ID: "A1", Standard: "CWE-1", Tests: []string{"internal/a.TestGood", "internal/a.TestGone"}},
		{ID: "B1", Standard: "CWE-22", NotApplicable: "auth none"},
	}, ran).table()
	want := `| id | standard | test                | result                    |
|----|----------|---------------------|---------------------------|
| A1 | CWE-1    | internal/a.TestGood | pass                      |
|    |          | internal/a.TestGone | did not run               |
| B1 | CWE-22   |                     | not applicable: auth none |

0 controls pass, 1 fail, 1 do not apply
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// Every control of this service names code and tests, or says why it does not apply.
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
		if c.ID == "" || c.Title == "" || c.Standard == "" || seen[c.ID] {
			t.Errorf("control %q: id, title or standard is missing, or the id is written twice", c.ID)
		}
		seen[c.ID] = true
		if c.NotApplicable == "" && (len(c.Code) == 0 || len(c.Tests) == 0) {
			t.Errorf("control %s names no code or no test", c.ID)
		}
	}
}
