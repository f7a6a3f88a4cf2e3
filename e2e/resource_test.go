package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// tenResources use every type, most rules, chains and circles of belongs-to, and names that SQL reserves. SECRET stands where a type needs what not
// every service has.
var tenResources = []string{
	"customer name:string:max=80 email:email:optional:unique site:url:optional",
	"category name:string:unique parent:belongs-to=category:optional",
	"product name:string:max=120 category:belongs-to=category price:decimal:min=0 weight:decimal:scale=3:optional active:bool:default=true barcode:int64:optional:unique",
	"order customer:belongs-to=customer:optional status:enum=draft,placed,shipped:default=draft placed_at:time:optional note:text:optional",
	"order-line order:belongs-to=order product:belongs-to=product quantity:int:min=1:max=999 discount:decimal:max=100:default=0.5",
	"invoice number:string:min=3:max=20:unique order:belongs-to=order total:decimal due:date paid:bool",
	"group key:string:unique select:int:optional user:string:default=nobody check:bool:optional",
	"webhook url:url ref:uuid:unique at:time SECRET",
	"person email:email born:date:optional:unique manager:belongs-to=person:optional deputy_id:belongs-to=person:optional group:belongs-to=group",
	"data payload:text kind:enum=a,b seq:int64:default=7 level:int:default=3",
}

// resources generates them all into a service.
func resources(t *testing.T, service string, secrets bool) {
	t.Helper()
	for _, words := range tenResources {
		generateResource(t, service, resourceWords(words, secrets)...)
	}
}

func resourceWords(words string, secrets bool) []string {
	with := ""
	if secrets {
		with = "token:secret backup:secret:optional"
	}
	return strings.Fields(strings.ReplaceAll(words, "SECRET", with))
}

func generateResource(t *testing.T, service string, words ...string) {
	t.Helper()
	args := append([]string{"generate", "resource"}, words...)
	if r := hardwright(t, service, append(args, "--yes", "--quiet", "--no-build")...); r.code != 0 {
		t.Fatalf("%v: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
	}
}

// Ten resources in one service build, vet, are tidy and gofmt-clean, and pass their own tests and their attacks on the real program. Each run tries
// every database with an auth by the dice; HARDWRIGHT_FULL=1 tries all.
func TestTenResources(t *testing.T) {
	if testing.Short() {
		t.Skip("builds services; make test runs it")
	}
	r := dice(t)
	for _, database := range databases {
		var styles []string
		for _, auth := range auths {
			if database != "none" || auth != "session" {
				styles = append(styles, auth)
			}
		}
		if os.Getenv("HARDWRIGHT_FULL") == "" {
			styles = styles[r.IntN(len(styles)):][:1]
		}
		for _, auth := range styles {
			t.Run(database+"-"+auth, func(t *testing.T) {
				service := generate(t, t.TempDir(), "orders", "--module", "example.com/team/orders", "--database", database, "--auth", auth)
				resources(t, service, database != "none")
				if out := run(t, service, "gofmt", "-l", "."); out != "" {
					t.Errorf("not gofmt-clean:\n%s", out)
				}
				run(t, service, "go", "mod", "tidy", "-diff")
				run(t, service, "go", "vet", "./...")
				testService(t, service)

				before := contents(t, service)
				for _, words := range tenResources {
					args := append([]string{"generate", "resource"}, resourceWords(words, database != "none")...)
					if r := hardwright(t, service, append(args, "--check", "--no-build")...); r.code != 0 || r.stdout != "" {
						t.Errorf("%v again: exit %d\n%s%s", args, r.code, r.stdout, r.stderr)
					}
					generateResource(t, service, resourceWords(words, database != "none")...)
				}
				if after := contents(t, service); len(differences(before, after)) > 0 {
					t.Errorf("generated again, these differ: %v", differences(before, after))
				}
			})
		}
	}
}

// testService runs the tests of a service, and shows what fails.
func testService(t *testing.T, service string) {
	t.Helper()
	c := exec.Command("go", "test", "-count=1", "./...")
	c.Dir, c.Env = service, append(os.Environ(), "GOPROXY=off", "CGO_ENABLED=0", "GOFLAGS=-buildvcs=false -trimpath")
	out, err := c.CombinedOutput()
	if err == nil {
		return
	}
	var failed strings.Builder
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, "? ") {
			failed.WriteString(line)
		}
	}
	t.Fatalf("go test: %v\n%s", err, tail(failed.String(), 12000))
}

// differences are the paths that two folders do not share.
func differences(a, b map[string]string) []string {
	var out []string
	for path := range a {
		if a[path] != b[path] {
			out = append(out, path)
		}
	}
	for path := range b {
		if _, there := a[path]; !there {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// With other fields, what a person made of the files stays and what is new comes in; where both changed a line, nothing is written.
func TestResourceWithOtherFields(t *testing.T) {
	service := generate(t, t.TempDir(), "orders", "--module", "example.com/orders")
	generateResource(t, service, "customer", "name:string:max=80")
	change := func(file, from, to string) {
		t.Helper()
		path := filepath.Join(service, file)
		b, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(b), from) {
			t.Fatalf("%s has no %q: %v", file, from, err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(b), from, to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const file = "internal/customers/customers.go"
	change(file, "// check has the rules of each field.", "// check is what we agreed on.")
	args := []string{"generate", "resource", "customer", "name:string:max=80", "email:email:optional", "--yes", "--no-build"}

	before := contents(t, service)
	dry := hardwright(t, service, append(args, "--dry-run", "--diff")...)
	for _, want := range []string{"+++ b/" + file, "+\tEmail", `+++ b/internal/openapi/openapi.json`, "--- a/internal/sqlite/migrations/01000_customers.sql"} {
		if !strings.Contains(dry.stdout, want) {
			t.Errorf("the merge does not show %q: exit %d\n%s%s", want, dry.code, dry.stdout, dry.stderr)
		}
	}
	if changed := differences(before, contents(t, service)); len(changed) > 0 {
		t.Errorf("a dry run changed %v", changed)
	}

	change(file, "resource.Line(1, 80)", "resource.Line(5, 80)")
	before = contents(t, service)
	if r := hardwright(t, service, "generate", "resource", "customer", "name:string:max=90", "--yes", "--no-build"); r.code != 3 || !strings.Contains(r.stdout+r.stderr, file) {
		t.Errorf("both changed a line: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if changed := differences(before, contents(t, service)); len(changed) > 0 {
		t.Errorf("a conflict changed %v", changed)
	}

	change(file, "resource.Line(5, 80)", "resource.Line(1, 80)")
	if r := hardwright(t, service, args...); r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	if b, err := os.ReadFile(filepath.Join(service, file)); err != nil || !strings.Contains(string(b), "what we agreed on") || !strings.Contains(string(b), `json:"email,omitempty"`) {
		t.Errorf("not both changes are in %s: %v", file, err)
	}
	if testing.Short() {
		t.Skip("the rest compiles the service; make test runs it")
	}
	run(t, service, "go", "vet", "./internal/...")
	run(t, service, "go", "test", "-count=1", "./internal/customers")
}

// What cannot work is refused before anything is written, with one line and a hint of what would.
func TestResourceRefuses(t *testing.T) {
	dir := t.TempDir()
	service := generate(t, dir, "orders", "--module", "example.com/orders")
	memory := generate(t, dir, "memory", "--module", "example.com/memory", "--database", "none", "--auth", "none")
	tests := []struct {
		name, words string
		hint        bool
	}{
		{"no fields", "thing", true},
		{"no name", "a:string", true},
		{"a word of Go", "type a:string", true},
		{"a predeclared word of Go", "error a:string", true},
		{"letters of other scripts", "größe a:string", true},
		{"a name that begins with a digit", "1st a:string", true},
		{"capitals", "Invoice a:string", true},
		{"a package of the service", "metric a:string", true},
		{"a word of its own package", "store a:string", true},
		{"a word of the package of routes", "route a:string", true},
		{"a field with a name of its own", "thing id:string", true},
		{"the same in another spelling", "thing i_d:string", true},
		{"another one", "thing owner:string", true},
		{"a third", "thing created_at:time", true},
		{"a field in other letters", "thing größe:int", true},
		{"two of one name", "thing a:string a:int", false},
		{"two of one name, with a suffix", "thing a:belongs-to=thing:optional a_id:string", false},
		{"a type that is none", "thing a:strng", true},
		{"a rule that is none", "thing a:string:uniqe", true},
		{"optional with a default", "thing a:string:optional:default=b", true},
		{"nothing to belong to", "thing a:belongs-to=nothing", true},
		{"the first has none to belong to", "thing a:belongs-to=thing", true},
		{"no room for two", "thing a:string:max=2:unique", true},
		{"no room for many", "thing a:int:min=1:max=9:unique", true},
		{"no room", "thing a:string:max=0", false},
		{"upside down", "thing a:int:min=3:max=2", false},
		{"a default against its rule", "thing a:string:max=2:default=abc", false},
		{"a default that is none of them", "thing a:enum=b,c:default=d", false},
		{"33 bits", "thing a:int:max=4294967296", true},
		{"54 bits", "thing a:int64:max=9007199254740992", true},
		{"a bound of more digits", "thing a:decimal:min=0.001", true},
		{"many digits", "thing a:decimal:scale=10", false},
		{"two hundred fields", "thing" + strings.Repeat(" a:string", 200), false},
	}
	for _, tt := range tests {
		refused(t, service, tt.name, tt.hint, strings.Fields(tt.words)...)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "go.mod"), []byte("module example.com/shop\n\ngo 1.26.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, foreign, "a repository of somebody else", true, "thing", "a:string")
	refused(t, memory, "a secret without encryption", true, "thing", "a:secret")

	// Tables and schemas that components bring.
	taken := map[string]bool{}
	for pattern, name := range map[string]*regexp.Regexp{
		"../templates/*/_files/internal/*/migrations/*.sql*":            regexp.MustCompile(`CREATE TABLE (\w+) \(`),
		"../templates/*/_files/internal/openapi/openapi.json.d/*.json*": regexp.MustCompile(`(?m)^      "([A-Z]\w+)": \{`),
	} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range name.FindAllStringSubmatch(string(b), -1) {
				word := regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(m[1], "${1}_${2}")
				word = strings.ToLower(word)
				if strings.Contains(file, ".sql") {
					word = singular(word)
				}
				taken[word] = true
			}
		}
	}
	for _, part := range []string{"Create", "Update", "List"} {
		delete(taken, "note_"+strings.ToLower(part)) // made of a note, which is refused
		delete(taken, "session_"+strings.ToLower(part))
	}
	if len(taken) < 15 || !taken["api_key"] || !taken["known_address"] || !taken["registration"] {
		t.Errorf("only %v are taken", taken)
	}
	// What the packages that import a resource's declare, its package must not be called.
	for _, pattern := range []string{
		"../templates/*/_files/internal/httpserver/*.go*", "../templates/*/_files/internal/httpserver/*.go.d/*.go*",
		"../templates/*/_files/internal/app/*.go*", "../templates/*/_files/internal/app/*.go.d/*.go*",
	} {
		name := regexp.MustCompile(`(?m)^(?:func|type|var|const) ([a-z]+s)\b`)
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if errors.Is(err, syscall.EISDIR) {
				continue // of a joined file
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range name.FindAllStringSubmatch(string(b), -1) {
				word := regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(singular(m[1]), "${1}_${2}")
				taken[strings.ToLower(word)] = true
			}
		}
	}
	for _, word := range []string{"route", "dep"} {
		if !taken[word] {
			t.Errorf("%s is not found to be taken: %v", word, taken)
		}
	}
	for word := range taken {
		refused(t, service, word, true, word, "a:string")
		refused(t, service, word, true, strings.ReplaceAll(word, "_", "-"), "a:string")
	}
}

// singular is good enough for the names of tables: notes, addresses.
func singular(table string) string {
	if s, ok := strings.CutSuffix(table, "sses"); ok {
		return s + "ss"
	}
	return strings.TrimSuffix(table, "s")
}

// refused wants exit 2, a line that says why, and nothing written.
func refused(t *testing.T, service, name string, hint bool, words ...string) {
	t.Helper()
	before := contents(t, service)
	r := hardwright(t, service, append([]string{"generate", "resource", "--yes", "--no-build"}, words...)...)
	if r.code != 2 || !strings.HasPrefix(r.stderr, "hardwright: generate: ") || hint && !strings.Contains(r.stderr, "\nhint: ") {
		t.Errorf("%s: exit %d\n%s%s", name, r.code, r.stdout, r.stderr)
	}
	if changed := differences(before, contents(t, service)); len(changed) > 0 {
		t.Errorf("%s: changed %v", name, changed)
	}
}

// What the generated tests guard, broken once each: one of them must die. Three of these are tried in each run, all with HARDWRIGHT_LONG=1.
var resourceMutants = []mutant{
	{"everybody-reads", "internal/sqlite/resources.go", "`SELECT `+s.all+` FROM `+s.table+` WHERE id = $1 AND owner = $2`", "`SELECT `+s.all+` FROM `+s.table+` WHERE id = $1 AND $2 = $2`", "internal/attack", "TestInvoiceResource"},
	{"everybody-changes", "internal/sqlite/resources.go", `where := "id = $1 AND owner = $2"`, `where := "id = $1 AND $2 = $2"`, "internal/attack", "TestInvoiceResource"},
	{"everybody-deletes", "internal/sqlite/resources.go", "`DELETE FROM `+s.table+` WHERE id = $1 AND owner = $2`", "`DELETE FROM `+s.table+` WHERE id = $1 AND $2 = $2`", "internal/attack", "TestInvoiceResource"},
	{"everybody-lists", "internal/sqlite/resources.go", "WHERE owner = $1 AND (created_at, id)", "WHERE $1 = $1 AND (created_at, id)", "internal/attack", "TestInvoiceResource"},
	{"no-parents", "internal/sqlite/resources.go", "} else if !there {\n\t\t\treturn resource.ErrReference(", "} else if !there && owner == \"\" {\n\t\t\treturn resource.ErrReference(", "internal/attack", "TestInvoiceResource"},
	{"parents-by-id-alone", "internal/sqlite/resources.go", "identifier(c.Refers)+` WHERE owner = $1 AND id = $2`", "identifier(c.Refers)+` WHERE $1 = $1 AND id = $2`", "internal/attack", "TestInvoiceResource"},
	{"keys-without-the-owner", "internal/sqlite/migrations/01001_invoices.sql", "FOREIGN KEY (owner, customer_id) REFERENCES customers (owner, id)", "FOREIGN KEY (customer_id) REFERENCES customers (id)", "internal/attack", "TestInvoiceResource"},
	{"open-to-strangers", "internal/httpserver/routes.go", `{"GET /api/v1/invoices", Holding("invoices:read")`, `{"GET /api/v1/invoices", Anyone`, "internal/attack", "TestInvoiceResource"},
	{"the-owner-shows", "internal/invoices/invoices.go", "type response struct {", "type response struct { Owner string `json:\"owner\"`", "internal/invoices", "TestDocument"},
	{"the-owner-is-taken", "internal/invoices/invoices.go", "type request struct {", "type request struct { Owner *string `json:\"owner\"`", "internal/attack", "TestInvoiceResource"},
	{"an-undocumented-field", "internal/invoices/invoices.go", "type request struct {", "type request struct { Owner *string `json:\"owner\"`", "internal/invoices", "TestDocument"},
	{"numbers-of-any-length", "internal/invoices/invoices.go", "resource.Line(1, 20)", "resource.Line(1, 2000)", "internal/invoices", "TestRules"},
	{"plain-secrets", "internal/sqlite/secrets.go", "s.Resources.Create(ctx, owner, id, s.seal(change, owner, id), at)", "s.Resources.Create(ctx, owner, id, change, at)", "internal/attack", "TestInvoiceSecrets"},
	{"a-change-is-plain", "internal/sqlite/secrets.go", "s.Resources.Update(ctx, owner, id, s.seal(change, owner, id), match, at)", "s.Resources.Update(ctx, owner, id, change, match, at)", "internal/attack", "TestInvoiceSecrets"},
	{"secrets-of-any-row", "internal/sqlite/secrets.go", ".Seal(plain, owner, id)", ".Seal(plain, owner, \"\")", "internal/attack", "TestInvoiceSecrets"},
	{"secrets-in-lists", "internal/invoices/invoices.go", "Secret: true", "Secret: false", "internal/attack", "TestInvoiceSecrets"},
	{"secrets-under-old-keys", "internal/app/maintenance.go", "return sqlite.NewSecrets(sqlite.NewResources(db, invoices.Kind, c.InvoicesMax), cipher).Reseal(ctx, plain)", "_ = invoices.Kind; return 0, nil", "internal/attack", "TestInvoiceSecrets"},
	{"readers-write", "internal/httpserver/routes.go", `{"POST /api/v1/invoices", Holding("invoices:write")`, `{"POST /api/v1/invoices", Holding("invoices:read")`, "internal/httpserver", "TestScopesSayWhatRoutesDo"},
	{"no-cap", "internal/sqlite/resources.go", "if count >= s.max {", "if count < 0 {", "internal/attack", "TestInvoiceResource"},
	{"numbers-twice", "internal/sqlite/migrations/01001_invoices.sql", "    UNIQUE (owner, number),\n", "", "internal/attack", "TestInvoiceResource"},
	{"the-erased-leave-something", "internal/sqlite/migrations/01001_invoices.sql", " REFERENCES users (id) ON DELETE CASCADE", "", "internal/attack", "TestInvoiceResource"},
	{"in-use-and-gone", "internal/sqlite/resources.go", "if _, foreign := broken(err); foreign {", "if _, foreign := broken(err); foreign && match < 0 {", "internal/attack", "TestInvoiceResource"},
	{"its-own-ancestor", "internal/sqlite/resources.go", "} else if circle {", "} else if circle && owner == \"\" {", "internal/attack", "TestCustomerResource"},
	{"any-version", "internal/sqlite/resources.go", "AND version = $%d", "AND version >= $%d", "internal/attack", "TestInvoiceResource"},
	{"one-version", "internal/sqlite/resources.go", "version = version + 1", "version = version", "internal/attack", "TestInvoiceResource"},
	{"bodies-of-any-size", "internal/resource/rules.go", "request.Read(r, &b, characters)", "request.Read(r, &b, 1000*characters)", "internal/resource", "TestRead"},
	{"weak-tags", "internal/resource/resource.go", " || etag(match) != tag", "", "internal/attack", "TestInvoiceResource"},
}

func TestResourceVigilance(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles mutants; make test runs it")
	}
	g := ground{database: "sqlite", auth: "session", dir: generate(t, t.TempDir(), "orders", "--module", "example.com/orders")}
	generateResource(t, g.dir, "customer", "name:string", "parent:belongs-to=customer:optional")
	generateResource(t, g.dir, "invoice", "number:string:max=20:unique", "total:decimal", "token:secret", "note:text:optional", "customer:belongs-to=customer")
	all := slices.Clone(resourceMutants)
	for _, m := range all {
		if !g.holds(m) {
			t.Errorf("%s: nowhere to try it: %s must hold %q once, and %s must have %s", m.name, m.file, m.swap, m.pkg, m.test)
		}
	}
	if os.Getenv("HARDWRIGHT_LONG") == "" {
		r := dice(t)
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:3]
	}
	for _, m := range all {
		if g.holds(m) {
			t.Run(m.name, func(t *testing.T) { g.try(t, m) })
		}
	}
}
