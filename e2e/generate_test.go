package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
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
					{"middleware", "quota"},
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

// What the small generators write is guarded by the tests that they bring, or by those of the service: each change here makes one fail.
func TestGeneratedCodeIsGuarded(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a service; make test runs it")
	}
	service := generate(t, t.TempDir(), "orders", "--database", "none", "--auth", "apikey")
	for _, words := range [][]string{{"endpoint", "status"}, {"endpoint", "feedback", "method=POST"}, {"job", "clean-up"}, {"middleware", "tenant"}} {
		if r := hardwright(t, service, append([]string{"generate"}, words...)...); r.code != 0 {
			t.Fatalf("%v: %s", words, r.stderr)
		}
	}
	mutants := []struct{ name, file, swap, with, dies string }{
		{"a route that anyone may call", "internal/httpserver/routes.go", `SignedIn, status.Serve`, `Anyone, status.Serve`, "./internal/httpserver"},
		{"a route that is not described", "internal/openapi/openapi.json", `"/api/v1/status"`, `"/api/v1/state"`, "./internal/httpserver"},
		{"parameters that are not known", "internal/status/get.go", "request.Params(r)", `request.Params(r, "x")`, "./internal/status"},
		{"another answer", "internal/status/get.go", `"ok"`, `"no"`, "./internal/status"},
		{"a body of any size", "internal/feedback/post.go", "&req, maxMessage)", "&req, 1000*maxMessage)", "./internal/feedback"},
		{"no rules", "internal/feedback/post.go", "req.rules(); err != nil", "req.rules(); err != nil && false", "./internal/feedback"},
		{"a message that may be empty", "internal/feedback/post.go", `strings.TrimSpace(q.Message) != ""`, `true || q.Message != ""`, "./internal/feedback"},
		{"a message one longer", "internal/feedback/post.go", "<= maxMessage", "<= maxMessage+1", "./internal/feedback"},
		{"a message one shorter", "internal/feedback/post.go", "<= maxMessage", "< maxMessage", "./internal/feedback"},
		{"control characters", "internal/feedback/post.go", "!strings.ContainsFunc", "true || !strings.ContainsFunc", "./internal/feedback"},
		{"a failure that ends the job", "internal/cleanup/cleanup.go", "logging.From(ctx).LogAttrs(", "return err\n\t\t\tlogging.From(ctx).LogAttrs(", "./internal/cleanup"},
		{"a panic that ends the program", "internal/cleanup/cleanup.go", "recover(); r != nil", "any(nil); r != nil", "./internal/cleanup"},
		{"a round without a deadline", "internal/cleanup/cleanup.go", "context.WithTimeout(ctx, interval)", "context.WithCancel(ctx)", "./internal/cleanup"},
		{"no interval", "internal/cleanup/cleanup.go", "time.After(interval)", "time.After(2 * interval)", "./internal/cleanup"},
		{"an error at the end", "internal/cleanup/cleanup.go", "return nil\n\t\tcase <-time", "return ctx.Err()\n\t\tcase <-time", "./internal/cleanup"},
		{"what is not allowed goes on", "internal/tenant/tenant.go", "\t\t\t\treturn\n", "", "./internal/tenant"},
		{"what is allowed is refused", "internal/tenant/tenant.go", "return true", "return false", "./internal/tenant"},
	}
	for _, m := range mutants {
		file := filepath.Join(service, filepath.FromSlash(m.file))
		was, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(was), m.swap) != 1 {
			t.Errorf("%s: %q stands %d times in %s", m.name, m.swap, strings.Count(string(was), m.swap), m.file)
			continue
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(was), m.swap, m.with, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		test := exec.Command("go", "test", "-vet=off", "-timeout", "60s", m.dies)
		test.Dir = service
		out, err := test.CombinedOutput()
		switch {
		case err == nil:
			t.Errorf("%s: no test fails", m.name)
		case strings.Contains(string(out), "[build failed]"):
			t.Errorf("%s: does not build:\n%s", m.name, out)
		}
		if err := os.WriteFile(file, was, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
