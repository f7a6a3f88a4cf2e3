// Package wizard tests the wizard of the real program on a pseudo-terminal: what a
// person sees, what the keys do, and what is left behind.
package wizard

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/hardwright/hardwright/e2e/wizard/screen"
)

// program is hardwright, built once.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "hardwright-wizard-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "hardwright")
		build := exec.Command("go", "build", "-o", program, ".")
		build.Dir = "../.."
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "build hardwright:", err)
			return 1
		}
		return m.Run()
	}())
}

// Keys as a terminal sends them.
const (
	enter, up, down, backTab, ctrlC, ctrlD, ctrlU = "\r", "\x1b[A", "\x1b[B", "\x1b[Z", "\x03", "\x04", "\x15"
)

// patience is how long a test waits for what must come. It is long because machines are
// slow at times; no test gets faster or slower by it unless it fails.
const patience = 60 * time.Second

// A terminal runs the program. Standard input and standard error are a pseudo-terminal; standard output is a
// file, since what is printed there must be fit for a script.
type terminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	pty    *os.File
	tty    *os.File // kept open to ask about its settings
	dir    string
	stdout *os.File
	before unix.Termios

	mu     sync.Mutex
	seen   *sync.Cond // something was drawn, or the program is gone
	screen *screen.Screen
	raw    bytes.Buffer
	drawn  int // how far draws has read in raw
	gone   bool
}

type setup struct {
	command    string // new, if it is empty
	cols, rows uint16
	args       []string
	env        []string
	dir        string
}

// start runs `hardwright new`, or another command.
func start(t *testing.T, s setup) *terminal {
	t.Helper()
	if s.cols == 0 {
		s.cols, s.rows = 80, 24
	}
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: s.rows, Cols: s.cols}); err != nil {
		t.Fatal(err)
	}
	out, err := os.CreateTemp(t.TempDir(), "stdout")
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, pty: master, tty: tty, dir: s.dir, stdout: out, screen: screen.New(int(s.cols), int(s.rows))}
	term.seen = sync.NewCond(&term.mu)
	before, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	term.before = *before

	if s.command == "" {
		s.command = "new"
	}
	cmd := exec.Command(program, append([]string{s.command}, s.args...)...)
	cmd.Dir = s.dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, out, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	cmd.Env = environment(s.env...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	term.cmd = cmd
	go term.read()
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			cmd.Process.Kill()
			cmd.Wait()
		}
		tty.Close()
		master.Close()
		out.Close()
	})
	return term
}

// environment is ours without what changes how the wizard draws or what git does.
func environment(more ...string) []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "TERM", "NO_COLOR", "ACCESSIBLE", "CI", "CLICOLOR", "CLICOLOR_FORCE":
		default:
			env = append(env, kv)
		}
	}
	return append(append(env, "TERM=xterm-256color"), more...)
}

func (term *terminal) read() {
	buf := make([]byte, 4096)
	for {
		n, err := term.pty.Read(buf)
		term.mu.Lock()
		term.raw.Write(buf[:n])
		term.screen.Write(buf[:n])
		term.gone = err != nil
		term.seen.Broadcast()
		term.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// until waits until the screen is as wanted, and returns it.
func (term *terminal) until(what string, ok func(*screen.Screen) bool) {
	term.t.Helper()
	late := false
	timer := time.AfterFunc(patience, func() {
		term.mu.Lock()
		late = true
		term.seen.Broadcast()
		term.mu.Unlock()
	})
	defer timer.Stop()
	term.mu.Lock()
	defer term.mu.Unlock()
	for !ok(term.screen) {
		if late || term.gone {
			term.t.Fatalf("%s did not come; the screen is\n%s", what, term.screen)
		}
		term.seen.Wait()
	}
}

// sees waits for a text on the screen.
func (term *terminal) sees(text string) {
	term.t.Helper()
	term.until(fmt.Sprintf("%q", text), func(s *screen.Screen) bool { return strings.Contains(s.String(), text) })
}

// draws waits for a text that was drawn at any time, but after the one it waited for before.
func (term *terminal) draws(text string) {
	term.t.Helper()
	term.until(fmt.Sprintf("%q", text), func(*screen.Screen) bool {
		i := strings.Index(term.raw.String()[term.drawn:], text)
		if i < 0 {
			return false
		}
		term.drawn += i + len(text)
		return true
	})
}

func (term *terminal) send(keys string) {
	term.t.Helper()
	if _, err := term.pty.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// lines is the screen now.
func (term *terminal) lines() []string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.screen.Lines()
}

// wait waits for the end of the program and returns its exit code and its standard output.
func (term *terminal) wait() (int, string) {
	term.t.Helper()
	done := make(chan error, 1)
	go func() { done <- term.cmd.Wait() }()
	select {
	case err := <-done:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			term.t.Fatal(err)
		}
	case <-time.After(patience):
		term.t.Fatalf("the program does not end; the screen is\n%s", strings.Join(term.lines(), "\n"))
	}
	after, err := unix.IoctlGetTermios(int(term.tty.Fd()), unix.TCGETS)
	if err != nil {
		term.t.Fatal(err)
	}
	if *after != term.before {
		term.t.Errorf("the terminal is left with other settings: %+v, was %+v", *after, term.before)
	}
	out, err := os.ReadFile(term.stdout.Name())
	if err != nil {
		term.t.Fatal(err)
	}
	return term.cmd.ProcessState.ExitCode(), string(out)
}

// writes waits for a good end.
func (term *terminal) writes() string {
	term.t.Helper()
	code, out := term.wait()
	if code != 0 {
		term.t.Fatalf("exit %d; the screen is\n%s", code, strings.Join(term.lines(), "\n"))
	}
	return out
}

// stops waits for an interrupted end, and for nothing to be left.
func (term *terminal) stops() {
	term.t.Helper()
	code, out := term.wait()
	if code != 130 {
		term.t.Errorf("exit %d, want 130; the screen is\n%s", code, strings.Join(term.lines(), "\n"))
	}
	if out != "" {
		term.t.Errorf("standard output: %q", out)
	}
	left, err := os.ReadDir(term.dir)
	if err != nil || len(left) > 0 {
		term.t.Errorf("left behind: %v, %v", left, err)
	}
}

var place = regexp.MustCompile(`(\d+) of (\d+)$`)

// A view is a question as it stands on the screen.
type view struct {
	n, of   int
	title   string
	at      string   // the option under the cursor
	options []string // the names of the options
	chosen  []string // those with a cross
	footer  string   // the last line
}

// look reads the question off the screen; ok is false while it is being drawn.
func look(s *screen.Screen) (v view, ok bool) {
	lines := s.Lines()
	top := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "hardwright new") && place.MatchString(l) })
	if top < 0 {
		return v, false
	}
	lines = lines[top:]
	m := place.FindStringSubmatch(lines[0])
	v.n, _ = strconv.Atoi(m[1])
	v.of, _ = strconv.Atoi(m[2])
	v.footer = lines[len(lines)-1]
	for _, l := range lines[1:] {
		if v.title == "" && strings.HasPrefix(l, "  ") && (!strings.HasPrefix(lines[2], "  Service ") || strings.HasSuffix(l, "?")) {
			v.title = strings.TrimSpace(l)
			continue
		}
		m := option.FindStringSubmatch(l)
		if v.title == "" || m == nil {
			continue
		}
		name := m[3]
		v.options = append(v.options, name)
		if m[1] == ">" {
			v.at = name
		}
		if m[2] == "[x] " {
			v.chosen = append(v.chosen, name)
		}
	}
	return v, strings.HasSuffix(v.footer, "ctrl+c stop")
}

// option is a line of a list: the cursor, a box where several may be chosen, and the name.
var option = regexp.MustCompile(`^  ([> ]) (\[[x ]\] )?([a-z0-9.]+)(?:  .*)?$`)

// at waits for the n-th question and returns it.
func (term *terminal) at(n int) view {
	term.t.Helper()
	var v view
	term.until(fmt.Sprintf("question %d", n), func(s *screen.Screen) bool {
		var ok bool
		v, ok = look(s)
		return ok && v.n == n
	})
	return v
}

// next answers with keys and waits for the next question.
func (term *terminal) next(v view, keys string) view {
	term.t.Helper()
	term.send(keys + enter)
	return term.at(v.n + 1)
}

// point moves the cursor to an option.
func (term *terminal) point(v view, name string) {
	term.t.Helper()
	if !slices.Contains(v.options, name) {
		term.t.Fatalf("%s: %q is not among %v", v.title, name, v.options)
	}
	from, to := slices.Index(v.options, v.at), slices.Index(v.options, name)
	key := down
	if to < from {
		key = up
	}
	term.send(strings.Repeat(key, max(to-from, from-to)))
	term.until("the cursor at "+name, func(s *screen.Screen) bool {
		now, ok := look(s)
		return ok && now.n == v.n && now.at == name
	})
}

// choose answers a question with one of its options.
func (term *terminal) choose(v view, name string) view {
	term.t.Helper()
	term.point(v, name)
	return term.next(v, "")
}

// tick answers a question with several of its options.
func (term *terminal) tick(v view, names ...string) view {
	term.t.Helper()
	for _, name := range v.options {
		if slices.Contains(v.chosen, name) == slices.Contains(names, name) {
			continue
		}
		now := term.at(v.n)
		term.point(now, name)
		term.send(" ")
		want := slices.Contains(names, name)
		term.until("a change of "+name, func(s *screen.Screen) bool {
			now, ok := look(s)
			return ok && now.n == v.n && slices.Contains(now.chosen, name) == want
		})
	}
	return term.next(v, "")
}
