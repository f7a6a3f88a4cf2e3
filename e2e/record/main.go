// Record makes docs/wizard.svg: the wizard of the real program, run on a
// pseudo-terminal, answered by keys, each screen a frame of the picture.
//
//	go run ./e2e/record
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"

	"github.com/hardwright/hardwright/e2e/wizard/screen"
)

const cols, rows = 80, 22

func main() {
	if err := run("docs/wizard.svg"); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func run(file string) error {
	frames, err := record(".")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, svg(frames), 0o644)
}

// A frame is a screen and how long it stands.
type frame struct {
	cells [][]screen.Cell
	text  string
	stay  time.Duration
}

// act is what the person in front of the recording does: keys, once a text is there.
type act struct {
	sees string
	keys string
	stay time.Duration // how long the screen with the text is shown
}

var acts = []act{
	{"Name of the service", "orders", time.Second},
	{"> orders", "\r", time.Second},
	{"> example.com/orders", "\r", 1500 * time.Millisecond},
	{"> sqlite ", "\r", 2500 * time.Millisecond},
	{"> session ", "\r", 2500 * time.Millisecond},
	{"[x] docker", "\x1b[B ", 1500 * time.Millisecond},
	{"[x] systemd", "\r", 1500 * time.Millisecond},
	{"> github ", "\r", 2 * time.Second},
	{"Security contact", "mailto:security@example.com", time.Second},
	{"> mailto:security@example.com", "\r", time.Second},
	{"[x] fieldcrypt", "\r", 2500 * time.Millisecond},
	{"Settings", "\r", 2500 * time.Millisecond},
	{"> write ", "\r", 4 * time.Second},
	{"make run", "", 5 * time.Second},
}

// patience is how long a screen may take to come.
const patience = time.Minute

// record builds the program in the module at root, runs it and plays acts.
func record(root string) ([]frame, error) {
	tmp, err := os.MkdirTemp("", "hardwright-record-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	program := filepath.Join(tmp, "hardwright")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir, build.Stderr = root, os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build hardwright: %w", err)
	}

	cmd := exec.Command(program, "new")
	cmd.Dir = tmp
	cmd.Env = []string{"TERM=xterm-256color", "HOME=" + tmp, "PATH=" + os.Getenv("PATH"),
		"GIT_AUTHOR_NAME=example", "GIT_AUTHOR_EMAIL=dev@example.com", "GIT_COMMITTER_NAME=example", "GIT_COMMITTER_EMAIL=dev@example.com"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: cols})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	defer cmd.Wait()
	defer cmd.Process.Kill()

	t := &tape{screen: screen.New(cols, rows)}
	t.changed = sync.NewCond(&t.mu)
	fmt.Fprint(t.screen, "$ hardwright new\r\n") // what was typed to start it
	go t.read(f)
	var frames []frame
	for _, a := range acts {
		shot, err := t.until(a.sees)
		if err != nil {
			return nil, err
		}
		shot.stay = a.stay
		frames = append(frames, shot)
		if _, err := io.WriteString(f, a.keys); err != nil {
			return nil, err
		}
	}
	if len(t.screen.Unknown) > 0 {
		return nil, fmt.Errorf("the screen does not know %v", t.screen.Unknown)
	}
	return frames, nil
}

// A tape is the screen while the program draws on it.
type tape struct {
	mu      sync.Mutex
	changed *sync.Cond
	screen  *screen.Screen
	ended   bool
}

func (t *tape) read(r io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		t.mu.Lock()
		t.screen.Write(buf[:n])
		t.ended = err != nil
		t.changed.Broadcast()
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// until waits for a text and returns the screen with it, whole: its last line has been drawn too.
func (t *tape) until(text string) (frame, error) {
	late := false
	timer := time.AfterFunc(patience, func() {
		t.mu.Lock()
		late = true
		t.changed.Broadcast()
		t.mu.Unlock()
	})
	defer timer.Stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		now := t.screen.String()
		if strings.Contains(now, text) && (t.ended || strings.HasSuffix(now, "ctrl+c stop")) {
			break
		}
		if late || t.ended {
			return frame{}, fmt.Errorf("%q did not come; the screen is\n%s", text, now)
		}
		t.changed.Wait()
	}
	cells := make([][]screen.Cell, rows)
	for i, row := range t.screen.Cells() {
		cells[i] = append([]screen.Cell(nil), row...)
	}
	return frame{cells: cells, text: t.screen.String()}, nil
}
