package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A Verdict is what the compiler says about a change that is not written yet.
type Verdict struct {
	Built  bool   // the changed module builds
	Before string // what the compiler says without the change, where it does not build with it; "" if it builds then
	After  string // what the compiler says with the change
	NoGo   bool   // there is no go command: nobody judged
}

// Build compiles the module in dir below root as it would be with the change: path below root → content, nil for a file that goes. Nothing is
// written below root: the compiler reads the changed files from elsewhere (go help build: -overlay). The settings are the user's own.
func Build(ctx context.Context, root, dir string, change map[string][]byte) (Verdict, error) {
	program, err := exec.LookPath("go")
	if err != nil {
		return Verdict{NoGo: true}, nil
	}
	work, err := os.MkdirTemp("", "hardwright-build-")
	if err != nil {
		return Verdict{}, fmt.Errorf("build: %w", err)
	}
	defer os.RemoveAll(work)
	overlay, err := writeOverlay(work, root, change)
	if err != nil {
		return Verdict{}, fmt.Errorf("build: %w", err)
	}
	module := filepath.Join(root, filepath.FromSlash(dir))
	after, err := compile(ctx, program, module, "-overlay", overlay)
	if err != nil || after == "" {
		return Verdict{Built: err == nil}, err
	}
	before, err := compile(ctx, program, module)
	return Verdict{Before: before, After: after}, err
}

// writeOverlay lays the changed files out where the go command finds them.
func writeOverlay(work, root string, change map[string][]byte) (string, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	n := 0
	for p, data := range change {
		at := filepath.Join(abs, filepath.FromSlash(p))
		if data == nil {
			replace[at] = ""
			continue
		}
		n++
		replace[at] = filepath.Join(work, strconv.Itoa(n))
		if err := os.WriteFile(replace[at], data, 0o600); err != nil {
			return "", err
		}
	}
	doc, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	name := filepath.Join(work, "overlay.json")
	return name, os.WriteFile(name, doc, 0o600)
}

// compile builds everything in dir, keeps nothing of it, and returns what the compiler has to say.
func compile(ctx context.Context, program, dir string, flags ...string) (said string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := exec.CommandContext(ctx, program, append(append([]string{"build", "-o", os.DevNull}, flags...), "./...")...)
	c.Dir = dir
	c.Env = append(os.Environ(), "PWD="+dir)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err = c.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("go build took longer than %s; --no-build leaves it out", patience)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err == nil:
		return "", nil
	case errors.As(err, &exit):
		return firstLines(out.String()), nil
	}
	return "", fmt.Errorf("go build: %w", err)
}

// firstLines are the compiler's first complaints, without the lines that name packages.
func firstLines(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "go: downloading ") {
			continue
		}
		if out = append(out, line); len(out) == 5 {
			break
		}
	}
	if len(out) == 0 {
		return "go build failed"
	}
	return strings.Join(out, "\n")
}
