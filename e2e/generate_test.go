package e2e

import (
	"strings"
	"testing"
)

// What the small generators write fits every legal combination of database and auth: it builds, vets, is formatted and tidy, its own tests
// pass, and so do those of the service that look at every route, from inside and from outside. Running them again does nothing, a component
// can still come and go, and what was generated stays.
func TestGenerators(t *testing.T) {
	if testing.Short() {
		t.Skip("the matrix takes minutes; make test runs it")
	}
	count := 0
	for _, database := range databases {
		for _, auth := range auths {
			if auth == "session" && database == "none" {
				continue
			}
			count++
			t.Run(database+"-"+auth, func(t *testing.T) {
				service := generate(t, t.TempDir(), "orders", "--module", "example.com/team/orders", "--database", database, "--auth", auth, "--without", "cors")
				runs := [][]string{
					{"endpoint", "status-page", "policy=anyone"},
					{"endpoint", "overview"},
					{"endpoint", "feedback", "method=POST", "path=/api/v1/feed-back"},
					{"job", "clean-up", "every=90m"},
					{"middleware", "tenant"},
					{"middleware", "quota", "place=late"},
				}
				if auth != "none" {
					runs = append(runs, []string{"endpoint", "report", "method=POST", "scope=reports:write"}, []string{"endpoint", "report-list", "scope=notes:read"})
				}
				if database != "none" {
					runs = append(runs, []string{"migration", "first"}, []string{"migration", "second-one"})
				}
				for _, words := range runs {
					if r := hardwright(t, service, append([]string{"generate"}, words...)...); r.code != 0 {
						t.Fatalf("%v: %s", words, r.stderr)
					}
				}
				again := func(when string) {
					t.Helper()
					for _, words := range runs {
						if r := hardwright(t, service, append([]string{"generate", "--check"}, words...)...); r.code != 0 || !strings.Contains(r.stderr, "nothing to do") {
							t.Errorf("%s, %v: exit %d %s", when, words, r.code, r.stderr)
						}
					}
				}
				again("again")
				for _, change := range []string{"add", "remove", "add"} {
					if r := hardwright(t, service, change, "cors", "--no-build"); r.code != 0 {
						t.Fatalf("%s cors: %s", change, r.stderr)
					}
				}
				again("with cors")
				if out := run(t, service, "gofmt", "-l", "."); out != "" {
					t.Errorf("not gofmt-clean:\n%s", out)
				}
				run(t, service, "go", "mod", "tidy", "-diff")
				run(t, service, "go", "vet", "./...")
				packages := []string{"./internal/statuspage", "./internal/overview", "./internal/feedback", "./internal/cleanup", "./internal/tenant", "./internal/quota",
					"./internal/httpserver", "./internal/openapi", "./internal/app", "./internal/identity"}
				if database != "none" {
					packages = append(packages, "./internal/"+database)
				}
				run(t, service, "go", append([]string{"test"}, packages...)...)
				out := run(t, service, "go", "test", "-v", "./internal/attack", "-run",
					"^(TestStatusPage|TestOverview|TestFeedback|TestReport|TestReportList|TestOnlyPublicRoutesAnswerStrangers|TestMethods|TestContentTypes|TestRefusalsTellNothing|TestDrain)$")
				want := 8
				if auth != "none" {
					want += 2
				}
				if got := strings.Count(out, "\n--- PASS: ") + strings.Count(out, "\r--- PASS: "); got != want {
					t.Errorf("%d tests from outside passed, want %d:\n%s", got, want, out)
				}
			})
		}
	}
	if count != legal {
		t.Errorf("%d legal combinations, want %d", count, legal)
	}
}
