package wizard

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"go.yaml.in/yaml/v3"

	"github.com/hardwright/hardwright/e2e/wizard/screen"
)

// The questions in their order, as far as they are the same every time.
const (
	name = iota + 1
	module
	database
	auth
	deploy
	ci
	contact
	extras
	settings
)

// offers is what the component folders offer, by kind.
func offers(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../../templates/*/component.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no components: %v", err)
	}
	byKind := map[string][]string{}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var c struct{ Name, Kind string }
		if err := yaml.Unmarshal(src, &c); err != nil {
			t.Fatal(err)
		}
		byKind[c.Kind] = append(byKind[c.Kind], c.Name)
	}
	return byKind
}

// answers is hardwright.yaml of a service.
func answers(t *testing.T, dir string) map[string]any {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, "hardwright.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var a map[string]any
	if err := yaml.Unmarshal(src, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func list(v any) []string {
	out := []string{}
	l, _ := v.([]any)
	for _, e := range l {
		out = append(out, fmt.Sprint(e))
	}
	return out
}

// begin starts the wizard and gives the name.
func begin(t *testing.T, s setup) (*terminal, view) {
	t.Helper()
	term := start(t, s)
	v := term.at(name)
	return term, term.next(v, "orders")
}

// on accepts what is suggested until the n-th question.
func (term *terminal) on(v view, n int) view {
	term.t.Helper()
	for v.n < n {
		v = term.next(v, "")
	}
	return v
}

// finish accepts what is suggested and writes.
func (term *terminal) finish(v view) string {
	term.t.Helper()
	for v.n < v.of {
		v = term.next(v, "")
	}
	if v.at != "write" {
		term.t.Fatalf("the last question is %q with the cursor at %q", v.title, v.at)
	}
	term.send(enter)
	return term.writes()
}

func TestDefaults(t *testing.T) {
	term, v := begin(t, setup{})
	out := term.finish(v)
	got := answers(t, filepath.Join(term.dir, "orders"))
	want := map[string]any{"version": 1, "name": "orders", "module": "example.com/orders", "database": "sqlite", "auth": "session", "deploy": []any{"docker"}, "ci": "github"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("hardwright.yaml: %v, want %v", got, want)
	}
	if want := "hardwright new --module example.com/orders --database sqlite --auth session --deploy docker --ci github --yes orders\n"; out != want {
		t.Errorf("standard output: %q, want %q", out, want)
	}
	term.sees("Next:\n    cd orders\n    make run")
	term.mu.Lock()
	defer term.mu.Unlock()
	if len(term.screen.Unknown) > 0 {
		t.Errorf("it sent what no plain terminal needs: %v", term.screen.Unknown)
	}
}

// Every component that can be chosen, and none of each kind, is reached by keys and written.
func TestEveryAnswer(t *testing.T) {
	byKind := offers(t)
	reached := 0
	one := func(n int, kind string) {
		for _, want := range append(slices.Clone(byKind[kind]), "none") {
			t.Run(kind+" "+want, func(t *testing.T) {
				term, v := begin(t, setup{args: []string{"--git=false"}})
				v = term.on(v, n)
				if got, want := len(v.options), len(byKind[kind])+1; got != want {
					t.Fatalf("%d options %v, want %d", got, v.options, want)
				}
				term.finish(term.choose(v, want))
				if got := answers(t, filepath.Join(term.dir, "orders"))[kind]; got != want {
					t.Errorf("%s: %v, want %s", kind, got, want)
				}
				reached++
			})
		}
	}
	many := func(n int, kind string, written func(map[string]any) (with, without []string)) {
		for _, want := range append([][]string{{}, slices.Clone(byKind[kind])}, chunk(byKind[kind])...) {
			t.Run(kind+" "+strings.Join(want, ","), func(t *testing.T) {
				term, v := begin(t, setup{args: []string{"--git=false"}})
				v = term.on(v, n)
				if !slices.Equal(v.options, byKind[kind]) {
					t.Fatalf("options %v, want %v", v.options, byKind[kind])
				}
				suggested := v.chosen
				term.finish(term.tick(v, want...))
				with, without := written(answers(t, filepath.Join(term.dir, "orders")))
				var got []string
				for _, each := range byKind[kind] {
					if slices.Contains(with, each) || kind == "extra" && slices.Contains(suggested, each) && !slices.Contains(without, each) {
						got = append(got, each)
					}
				}
				slices.Sort(want)
				if !slices.Equal(got, want) {
					t.Errorf("%s: %v, want %v", kind, got, want)
				}
				reached++
			})
		}
	}
	one(database, "database")
	one(auth, "auth")
	one(ci, "ci")
	many(deploy, "deploy", func(a map[string]any) (with, _ []string) { return list(a["deploy"]), nil })
	many(extras, "extra", func(a map[string]any) (with, without []string) { return list(a["with"]), list(a["without"]) })

	want := 3 // none of each of the three
	for _, kind := range []string{"database", "auth", "ci"} {
		want += len(byKind[kind])
	}
	for _, kind := range []string{"deploy", "extra"} {
		want += len(byKind[kind]) + 2 // none and all
	}
	if reached != want || want < 17 {
		t.Errorf("%d answers were reached, want %d and at least 17", reached, want)
	}

	t.Run("text", func(t *testing.T) {
		term := start(t, setup{})
		v := term.next(term.at(name), "shop-2")
		v = term.next(v, ctrlU+"example.org/team/shop")
		v = term.on(v, contact)
		term.finish(term.next(v, "https://example.org/report?a=1&b=2"))
		got := answers(t, filepath.Join(term.dir, "shop-2"))
		if got["name"] != "shop-2" || got["module"] != "example.org/team/shop" || got["contact"] != "https://example.org/report?a=1&b=2" {
			t.Errorf("hardwright.yaml: %v", got)
		}
	})
}

func chunk(names []string) (each [][]string) {
	for _, n := range names {
		each = append(each, []string{n})
	}
	return each
}

// every walks through all questions, those of the settings too, and calls do at each. It returns how many there were.
func every(t *testing.T, s setup, do func(term *terminal, n int) (again bool)) int {
	t.Helper()
	for n := 1; ; n++ {
		term := start(t, s)
		v := term.at(name)
		for v.n < n {
			switch v.n {
			case name:
				v = term.next(v, "orders")
			case settings:
				v = term.tick(v, v.options...)
			default:
				v = term.next(v, "")
			}
		}
		last := v.n == v.of && v.n > settings
		if !do(term, n) || last {
			return n
		}
	}
}

// inputs counts the settings that the default service has.
func inputs(t *testing.T) int {
	t.Helper()
	term, v := begin(t, setup{})
	v = term.on(v, settings)
	if v.title != "Settings" {
		t.Fatalf("question %d is %q", settings, v.title)
	}
	term.send(ctrlC)
	term.stops()
	return len(v.options)
}

func TestCtrlCAtEveryQuestion(t *testing.T) {
	n := every(t, setup{}, func(term *terminal, n int) bool {
		term.send(ctrlC)
		term.stops()
		return true
	})
	if want := settings + inputs(t) + 1; n != want || want < 11 {
		t.Errorf("interrupted at %d questions, want %d and at least 11", n, want)
	}
}

func TestSignalAtEveryQuestion(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sig.String(), func(t *testing.T) {
			n := every(t, setup{}, func(term *terminal, n int) bool {
				if err := term.cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				term.stops()
				return n < 4 // the questions are alike to a signal; one of each kind will do
			})
			if n != 4 {
				t.Errorf("%d questions", n)
			}
		})
	}
}

func TestStopAtTheSummary(t *testing.T) {
	term, v := begin(t, setup{})
	for v.n < v.of {
		v = term.next(v, "")
	}
	term.point(v, "stop")
	term.send(enter)
	term.stops()
}

func TestGoingBackKeepsAnswers(t *testing.T) {
	term, v := begin(t, setup{})
	v = term.choose(term.on(v, database), "none")
	v = term.on(v, contact)
	v = term.next(v, "mailto:security@example.com")
	for v.n < v.of {
		v = term.next(v, "")
	}
	for n := v.n - 1; n >= database; n-- { // back, to the database
		term.send(backTab)
		v = term.at(n)
		if n == contact {
			term.sees("> mailto:security@example.com")
		}
	}
	if v.at != "none" {
		t.Errorf("the cursor is at %q, not at the answer given before", v.at)
	}
	v = term.choose(v, "sqlite")
	v = term.choose(v, "apikey")
	term.finish(v)
	got := answers(t, filepath.Join(term.dir, "orders"))
	if got["database"] != "sqlite" || got["auth"] != "apikey" || got["contact"] != "mailto:security@example.com" {
		t.Errorf("hardwright.yaml: %v", got)
	}
	if got["without"] != nil || got["with"] != nil {
		t.Errorf("what was only accepted became a wish: %v", got)
	}
}

func TestGoingBackInAFieldKeepsWhatIsTyped(t *testing.T) {
	term, v := begin(t, setup{})
	term.send(ctrlU + "example.org/orders")
	term.sees("> example.org/orders")
	term.send(backTab)
	term.at(name)
	term.sees("> orders")
	term.send(backTab) // there is nothing before the first
	v = term.next(term.at(name), "-two")
	term.sees("> example.org/orders")
	term.finish(v)
	got := answers(t, filepath.Join(term.dir, "orders-two"))
	if got["name"] != "orders-two" || got["module"] != "example.org/orders" {
		t.Errorf("hardwright.yaml: %v", got)
	}
}

func TestSessionNeedsADatabase(t *testing.T) {
	term, v := begin(t, setup{})
	v = term.choose(term.on(v, database), "none")
	if slices.Contains(v.options, "session") {
		t.Errorf("session is on offer without a database: %v", v.options)
	}
	term.sees("Not offered: session needs a database")
	term.send(ctrlC)
	term.stops()

	term = start(t, setup{args: []string{"orders", "--auth", "session", "--module", "example.com/orders"}})
	v = term.at(1)
	if v.title != "Database" || slices.Contains(v.options, "none") || len(v.options) < 2 {
		t.Errorf("with session given: %+v", v)
	}
	term.send(ctrlC)
	term.stops()
}

func TestOnlyWhatIsMissingIsAsked(t *testing.T) {
	args := []string{"orders", "--module", "example.com/orders", "--database", "none", "--auth", "none", "--deploy", "none", "--ci", "none"}
	term := start(t, setup{args: args})
	v := term.at(1)
	if v.title != "Security contact" {
		t.Errorf("the first question is %q", v.title)
	}
	term.finish(v)
	got := answers(t, filepath.Join(term.dir, "orders"))
	if got["database"] != "none" || got["auth"] != "none" || len(list(got["deploy"])) != 0 || got["ci"] != "none" {
		t.Errorf("hardwright.yaml: %v", got)
	}
}

// An answers file that leaves out what may be left out is replayed without a question.
func TestAnswersAreReplayed(t *testing.T) {
	term, v := begin(t, setup{})
	term.finish(v)
	again := start(t, setup{args: []string{"again", "--name", "orders", "--answers", filepath.Join(term.dir, "orders", "hardwright.yaml")}})
	again.writes()
	if asked.Match(again.raw.Bytes()) {
		t.Errorf("a question was asked:\n%s", again.screen)
	}
	want, got := tree(t, filepath.Join(term.dir, "orders")), tree(t, filepath.Join(again.dir, "again"))
	for p := range want {
		if got[p] != want[p] {
			t.Errorf("%s differs", p)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

var asked = regexp.MustCompile(`\d of \d`)

func TestWhatCannotBeIsSaidBeforeTheFirstQuestion(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "busy.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		say  string
	}{
		{"an illegal combination", []string{"orders", "--database", "none", "--auth", "session"}, "session needs a database"},
		{"an unknown choice", []string{"--database", "oracle"}, "oracle"},
		{"a folder that is not empty", []string{dir, "--name", "orders"}, "not empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			term := start(t, setup{args: tt.args})
			term.draws(tt.say)
			if code, _ := term.wait(); code != 2 {
				t.Errorf("exit %d", code)
			}
			if asked.Match(term.raw.Bytes()) {
				t.Errorf("a question was asked:\n%s", term.screen)
			}
		})
	}
	t.Run("a folder that is not empty, at the name", func(t *testing.T) {
		parent := t.TempDir()
		if err := os.MkdirAll(filepath.Join(parent, "busy", "x"), 0o700); err != nil {
			t.Fatal(err)
		}
		term := start(t, setup{dir: parent})
		term.at(name)
		term.send("busy" + enter)
		term.sees("not empty")
		v := term.next(term.at(name), ctrlU+"free")
		term.finish(v)
	})
}

func TestInvalidTextIsReported(t *testing.T) {
	term := start(t, setup{})
	term.at(name)
	term.send("Orders!" + enter)
	term.sees("illegal name")
	term.send(ctrlU)
	term.until("the message to go", func(s *screen.Screen) bool { return !strings.Contains(s.String(), "illegal name") })
	v := term.next(term.at(name), "orders")
	v = term.on(v, contact)
	term.send("security@example.com" + enter)
	term.sees("mailto:")
	term.finish(term.next(v, ctrlU+"mailto:security@example.com"))
}

// Keys that are typed before their question is drawn reach it all the same.
func TestTypingAhead(t *testing.T) {
	term := start(t, setup{})
	term.at(name)
	term.send("orders" + enter + enter + down + enter + "x" + strings.Repeat(enter, 4))
	v := term.at(extras)
	term.finish(v)
	if got := answers(t, filepath.Join(term.dir, "orders")); got["database"] != "none" || got["ci"] != "github" {
		t.Errorf("hardwright.yaml: %v", got)
	}
}

// So are those typed before the program has started at all.
func TestTypingFarAhead(t *testing.T) {
	term := start(t, setup{})
	term.send("orders" + enter + enter + down + enter)
	v := term.at(auth)
	term.finish(v)
	if got := answers(t, filepath.Join(term.dir, "orders")); got["database"] != "none" {
		t.Errorf("hardwright.yaml: %v", got)
	}
}

func TestNarrowTerminal(t *testing.T) {
	for _, size := range [][2]uint16{{60, 20}, {40, 16}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			n := every(t, setup{cols: size[0], rows: size[1]}, func(term *terminal, n int) bool {
				term.mu.Lock()
				v, ok := look(term.screen)
				lines := term.screen.Lines()
				term.mu.Unlock()
				if !ok || v.n != n || v.title == "" {
					t.Errorf("question %d does not fit:\n%s", n, strings.Join(lines, "\n"))
				}
				if len(v.options) > 0 && v.at == "" {
					t.Errorf("question %d: the cursor is not on the screen:\n%s", n, strings.Join(lines, "\n"))
				}
				term.send(ctrlC)
				term.stops()
				return true
			})
			if n < 11 {
				t.Errorf("%d questions", n)
			}
			term, v := begin(t, setup{cols: size[0], rows: size[1]})
			term.finish(v)
		})
	}
}

func TestResizing(t *testing.T) {
	term, v := begin(t, setup{cols: 100, rows: 30})
	term.send(ctrlU + "example.org/kept")
	term.sees("> example.org/kept")
	term.mu.Lock()
	term.screen.Resize(60, 20)
	term.mu.Unlock()
	if err := pty.Setsize(term.pty, &pty.Winsize{Rows: 20, Cols: 60}); err != nil {
		t.Fatal(err)
	}
	term.until("a line of the new width", func(s *screen.Screen) bool {
		return strings.HasPrefix(place.FindString(s.Lines()[0]), "2 of") && len([]rune(s.Lines()[0])) == 59
	})
	term.sees("> example.org/kept")
	term.finish(v)
}

var sgr = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)

// colors lists the SGR parameters that set a color.
func colors(raw string) (found []string) {
	for _, m := range sgr.FindAllStringSubmatch(raw, -1) {
		for _, p := range strings.FieldsFunc(m[1], func(r rune) bool { return r == ';' || r == ':' }) {
			if len(p) == 2 && strings.ContainsAny(p[:1], "349") && p != "39" && p != "49" || len(p) == 3 && strings.HasPrefix(p, "10") {
				found = append(found, m[0])
			}
		}
	}
	return found
}

func TestColor(t *testing.T) {
	tests := []struct {
		name  string
		args  []string
		env   []string
		color bool
	}{
		{"a color terminal", nil, nil, true},
		{"NO_COLOR", nil, []string{"NO_COLOR=1"}, false},
		{"--no-color", []string{"--no-color"}, nil, false},
		{"NO_COLOR that is empty says nothing", nil, []string{"NO_COLOR="}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			term, v := begin(t, setup{args: tt.args, env: tt.env})
			term.finish(v)
			if found := colors(term.raw.String()); (len(found) > 0) != tt.color {
				t.Errorf("color sequences: %q", found)
			}
		})
	}
}

// tree is every file of a folder with its mode and its bytes.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		if rel == ".git" {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(p)
		files[rel] = info.Mode().String() + " " + string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// The command line that the wizard prints makes the same bytes in a real shell.
func TestCommandLine(t *testing.T) {
	tests := []struct {
		name string
		dir  string
		args []string
		walk func(term *terminal) string
	}{
		{"defaults", "orders", nil, func(term *terminal) string { return term.finish(term.next(term.at(name), "orders")) }},
		{"everything changed", "orders", nil, func(term *terminal) string {
			v := term.next(term.at(name), "orders")
			v = term.next(v, ctrlU+"example.org/team/orders/v2")
			v = term.on(v, auth)
			v = term.choose(v, "apikey")
			v = term.tick(v, v.options...)
			v = term.choose(v, "none")
			v = term.next(v, "https://example.org/report?a=1&b=2;c")
			v = term.tick(v, v.options[0])
			return term.finish(v)
		}},
		{"a setting", "orders", nil, func(term *terminal) string {
			v := term.on(term.next(term.at(name), "orders"), settings)
			v = term.tick(v, "session.cookie")
			return term.finish(term.next(v, ctrlU+"my-cookie"))
		}},
		{"nothing", "orders", nil, func(term *terminal) string {
			v := term.choose(term.on(term.next(term.at(name), "orders"), database), "none")
			v = term.choose(v, "none")
			v = term.tick(v)
			return term.finish(term.choose(v, "none"))
		}},
		{"a folder that needs quoting", "it's here", []string{"it's here", "--name", "orders", "--git=false"}, func(term *terminal) string { return term.finish(term.at(1)) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			term := start(t, setup{args: tt.args})
			line := tt.walk(term)
			if strings.Count(line, "\n") != 1 {
				t.Fatalf("standard output is not one line: %q", line)
			}
			again := t.TempDir()
			sh := exec.Command("sh", "-c", line)
			sh.Dir = again
			sh.Env = append(environment(), "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"))
			if out, err := sh.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
			want, got := tree(t, filepath.Join(term.dir, tt.dir)), tree(t, filepath.Join(again, tt.dir))
			if len(want) < 10 || len(want) != len(got) {
				t.Errorf("%d files, and %d", len(want), len(got))
			}
			for p := range want {
				if got[p] != want[p] {
					t.Errorf("%s differs after %s", p, line)
				}
			}
		})
	}
}

// No command asks the terminal anything, which would wait for seconds where nobody answers.
func TestTheTerminalIsNotQueried(t *testing.T) {
	for _, args := range [][]string{{"list"}, {"--help"}, {"new", "orders", "--yes", "--git=false"}} {
		t.Run(args[0], func(t *testing.T) {
			cmd := exec.Command(program, args...)
			cmd.Dir = t.TempDir()
			cmd.Env = environment()
			f, err := pty.Start(cmd) // standard output is a terminal too
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var out bytes.Buffer
			out.ReadFrom(f) // ends with an error when the program ends
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
			if i := bytes.IndexByte(out.Bytes(), 0x1b); i >= 0 {
				t.Errorf("an escape sequence in %q", out.String())
			}
			if out.Len() == 0 {
				t.Error("nothing was printed")
			}
		})
	}
}
