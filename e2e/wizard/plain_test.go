package wizard

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// headings are the questions of the plain prompts, in order, as far as they are the same every time.
var headings = []string{"Name of the service", "Module path", "Database", "Authentication", "Deployment", "Continuous integration", "Security contact", "Extras", "Settings"}

// hears waits for a question.
func (term *terminal) hears(heading string) {
	term.t.Helper()
	term.draws(": " + heading + "\r\n")
}

// speak hears the questions from the first to before the last, answers each with a line, and hears the last.
func speak(term *terminal, first, last int, lines ...string) {
	term.t.Helper()
	for i := first; i < last; i++ {
		if i > first || first == 0 {
			term.hears(headings[i])
		}
		line := ""
		if i-first < len(lines) {
			line = lines[i-first]
		}
		term.draws(": ")
		term.send(line + "\n")
	}
	if last < len(headings) {
		term.hears(headings[last])
		return
	}
	term.draws("files to ./orders?")
}

func TestPlainPrompts(t *testing.T) {
	for _, tt := range []struct {
		name string
		s    setup
	}{
		{"--accessible", setup{args: []string{"--accessible"}}},
		{"ACCESSIBLE=1", setup{env: []string{"ACCESSIBLE=1"}}},
		{"a terminal that cannot move the cursor", setup{env: []string{"TERM=dumb"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			term := start(t, tt.s)
			speak(term, 0, 2, "orders", "example.org/orders")
			term.send("oracle\n")
			term.draws(`Not possible: "oracle" is not one of`)
			term.send("?\n")
			term.draws("Type one of: ")
			term.send("back\n")
			term.draws("Answer [example.org/orders]: ")
			term.send("\n")
			term.hears("Database")
			speak(term, 2, 9, "none")
			term.send("1\n")
			term.writes()
			if got := answers(t, filepath.Join(term.dir, "orders")); got["module"] != "example.org/orders" || got["database"] != "none" {
				t.Errorf("hardwright.yaml: %v", got)
			}
			if bytes.ContainsRune(term.raw.Bytes(), 0x1b) {
				t.Errorf("an escape sequence in %q", term.raw.String())
			}
		})
	}
}

func TestPlainPromptsStop(t *testing.T) {
	for _, tt := range []struct{ name, key string }{{"the end of the input", ctrlD}, {"an interrupt", ctrlC}} {
		t.Run(tt.name, func(t *testing.T) {
			stopped := 0
			for n := 0; n <= len(headings); n++ {
				term := start(t, setup{args: []string{"--accessible"}})
				speak(term, 0, n, "orders")
				term.send(tt.key)
				term.stops()
				stopped++
			}
			if stopped != 10 {
				t.Errorf("stopped at %d questions", stopped)
			}
		})
	}
}

// pipe runs the program without a terminal.
func pipe(t *testing.T, in string, env []string, args ...string) (dir string, code int, stdout, stderr string) {
	t.Helper()
	dir = t.TempDir()
	cmd := exec.Command(program, append([]string{"new"}, args...)...)
	cmd.Dir, cmd.Env = dir, environment(env...)
	cmd.Stdin = io.Reader(strings.NewReader(in))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return dir, cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func TestPlainPromptsFromAPipe(t *testing.T) {
	lines := slices.Repeat([]string{"\n"}, 10)
	lines[0] = "orders\n"
	dir, code, out, errs := pipe(t, strings.Join(lines, ""), nil, "--accessible")
	if code != 0 || !strings.HasPrefix(out, "hardwright new ") || strings.Count(out, "\n") != 1 {
		t.Fatalf("exit %d, standard output %q\n%s", code, out, errs)
	}
	if got := answers(t, filepath.Join(dir, "orders")); got["database"] != "sqlite" {
		t.Errorf("hardwright.yaml: %v", got)
	}
	for n := range lines {
		dir, code, out, errs := pipe(t, strings.Join(lines[:n], ""), nil, "--accessible")
		left, _ := os.ReadDir(dir)
		if code != 130 || out != "" || len(left) > 0 {
			t.Errorf("after %d lines: exit %d, standard output %q, left %v\n%s", n, code, out, left, errs)
		}
	}
}

// A script that happens to run with ACCESSIBLE set is not made to wait for answers.
func TestNobodyToAsk(t *testing.T) {
	for _, env := range [][]string{nil, {"ACCESSIBLE=1"}} {
		dir, code, out, errs := pipe(t, "orders\n", env)
		left, _ := os.ReadDir(dir)
		if code != 2 || out != "" || len(left) > 0 || !strings.Contains(errs, "--name") {
			t.Errorf("%v: exit %d, standard output %q, left %v\n%s", env, code, out, left, errs)
		}
	}
}
