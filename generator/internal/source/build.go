package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Verdict is what the compiler says about a change that is not written yet.
type Verdict struct {
	Before []string // what the compiler says without the change, where the module does not build with it
	Ours   []string // what it says because of the change: empty if the module builds with it
	NoGo   bool     // there is no go command: nobody judged
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
	abs, err := filepath.Abs(root)
	if err != nil {
		return Verdict{}, fmt.Errorf("build: %w", err)
	}
	module := filepath.Join(abs, filepath.FromSlash(dir))
	names, err := writeOverlay(work, abs, change)
	if err != nil {
		return Verdict{}, fmt.Errorf("build: %w", err)
	}
	after, err := compile(ctx, program, module, "-overlay", filepath.Join(work, overlay))
	if err != nil || len(after) == 0 {
		return Verdict{}, err
	}
	for i, line := range after {
		for staged, p := range names { // the compiler names the file that it read
			if below, err := filepath.Rel(module, filepath.Join(abs, filepath.FromSlash(p))); err == nil {
				if short, err := filepath.Rel(module, staged); err == nil { // as the compiler says it of a temporary folder below the module
					line = strings.ReplaceAll(line, "."+string(filepath.Separator)+short+":", filepath.ToSlash(below)+":")
				}
				line = strings.ReplaceAll(line, staged+":", filepath.ToSlash(below)+":")
			}
		}
		after[i] = line
	}
	v := Verdict{}
	if v.Before, err = compile(ctx, program, module); err != nil {
		return Verdict{}, err
	}
	v.Ours = after[:min(len(after), shown)]
	if len(v.Before) > 0 {
		v.Ours = inChanged(after, v.Before, dir, change)
	}
	return v, nil
}

// shown is how many complaints are enough to see what is wrong.
const shown = 5

// inChanged are the complaints about changed files that are new. Lines may have moved, so that a complaint is its file and its words.
func inChanged(after, before []string, dir string, change map[string][]byte) []string {
	known := map[string]bool{}
	for _, line := range before {
		file, words := complaint(line)
		known[file+words] = true
	}
	var out []string
	for _, line := range after {
		file, words := complaint(line)
		if _, changed := change[path.Join(dir, file)]; changed && !known[file+words] && len(out) < shown {
			out = append(out, line)
		}
	}
	return out
}

var position = regexp.MustCompile(`^([^:]+):\d+(?::\d+)?: `)

// complaint splits file:line:column: words. Files are below the module's folder, with slashes.
func complaint(line string) (file, words string) {
	m := position.FindStringSubmatchIndex(line)
	if m == nil {
		return "", line
	}
	return path.Clean(strings.ReplaceAll(line[m[2]:m[3]], `\`, "/")), line[m[1]:]
}

// overlay is the file that tells the go command which files to read instead of which.
const overlay = "overlay.json"

// writeOverlay lays the changed files out in work, and returns which of them is which.
func writeOverlay(work, root string, change map[string][]byte) (names map[string]string, err error) {
	names = map[string]string{}
	replace := map[string]string{}
	for p, data := range change {
		at := filepath.Join(root, filepath.FromSlash(p))
		if data == nil {
			replace[at] = ""
			continue
		}
		staged := filepath.Join(work, strconv.Itoa(len(names)))
		names[staged], replace[at] = p, staged
		if err := os.WriteFile(staged, data, 0o600); err != nil {
			return nil, err
		}
	}
	doc, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	return names, os.WriteFile(filepath.Join(work, overlay), doc, 0o600)
}

// compile builds everything in dir, keeps nothing of it, and returns what the compiler has to say.
func compile(ctx context.Context, program, dir string, flags ...string) (complaints []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := exec.CommandContext(ctx, program, append(append([]string{"build", "-buildvcs=false", "-o", os.DevNull}, flags...), "./...")...)
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
		return nil, fmt.Errorf("go build took longer than %s; --no-build leaves it out", patience)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil:
		return nil, nil
	case errors.As(err, &exit):
		return complaintsIn(out.String()), nil
	}
	return nil, fmt.Errorf("go build: %w", err)
}

// complaintsIn takes the complaints out of what the go command prints.
func complaintsIn(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "go: downloading ") {
			out = append(out, line)
		}
	}
	if len(out) == 0 {
		out = []string{"go build failed"}
	}
	return out
}
