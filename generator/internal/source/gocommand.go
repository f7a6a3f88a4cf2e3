package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// patience bounds one run of the go command. A clone of a large repository over a slow line takes minutes.
const patience = 10 * time.Minute

// goCommand runs go in an empty folder, so that no go.mod, go.work or vendor folder of the user takes part.
type goCommand struct{ program, work string }

func findGo(work string) (*goCommand, error) {
	program, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("this needs the go command, and there is none in PATH")
	}
	return &goCommand{program, work}, nil
}

func (g *goCommand) run(ctx context.Context, args ...string) (stdout, stderr []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := exec.CommandContext(ctx, g.program, args...)
	c.Dir = g.work
	c.Env = append(os.Environ(),
		"PWD="+g.work,
		"GO111MODULE=on",
		"GOWORK=off",
		"GOTOOLCHAIN=local", // a pack must not choose the program that checks it
		"GOFLAGS="+cleared(os.Getenv("GOFLAGS")),
	)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		err = fmt.Errorf("go %s took longer than %s", args[0], patience)
	case ctx.Err() != nil:
		err = ctx.Err()
	}
	return out.Bytes(), errs.Bytes(), err
}

// cleared keeps of GOFLAGS what may matter to a download. Flags that point into the user's module (-mod=vendor, -modfile,
// -overlay) would break it or lead it back there. It is never empty: then go would take GOFLAGS from its own file.
func cleared(flags string) string {
	for _, f := range strings.Fields(flags) {
		if f == "-modcacherw" || f == "--modcacherw" {
			return "-mod=mod -modcacherw"
		}
	}
	return "-mod=mod"
}

// json runs go and reads the document that it prints.
func (g *goCommand) json(ctx context.Context, into any, args ...string) error {
	out, errs, err := g.run(ctx, args...)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if uerr := json.Unmarshal(out, into); uerr != nil {
		if err == nil {
			err = uerr
		}
		return fmt.Errorf("go %s: %s", args[0], said(errs, err))
	}
	return nil
}

// said is what go wrote, or else why it ended.
func said(stderr []byte, err error) string {
	if text := inOneLine(string(stderr)); text != "" {
		return text
	}
	return err.Error()
}

// inOneLine makes one line of what go says in several. Of a mismatch it says too much for a line and the most important thing in between.
func inOneLine(text string) string {
	text, _, security := strings.Cut(text, "SECURITY ERROR")
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, strings.Join(strings.Fields(line), " "))
		}
	}
	if security {
		out = append(out, "these are not the bytes that everybody gets: the proxy, the repository or the connection was tampered with")
	}
	return strings.Join(out, "; ")
}

// downloaded is what go mod download -json prints.
type downloaded struct {
	Path, Version, Error, Zip, Sum string
}

func (g *goCommand) download(ctx context.Context, query string) (*downloaded, error) {
	var got downloaded
	if err := g.json(ctx, &got, "mod", "download", "-json", query); err != nil {
		return nil, fmt.Errorf("fetch %s: %w", query, err)
	}
	if got.Error != "" {
		said := inOneLine(strings.TrimPrefix(got.Error, query+": "))
		if _, what, found := strings.Cut(said, ".zip: "); found && strings.HasPrefix(said, "unzip ") {
			said = what // where go keeps its cache is of no use here
		}
		return nil, fmt.Errorf("fetch %s: %s", query, said)
	}
	if got.Zip == "" || got.Sum == "" {
		return nil, fmt.Errorf("fetch %s: go named no zip", query)
	}
	return &got, nil
}

// settings are those of the user's go command that decide who vouches for a module.
type settings struct {
	GOSUMDB, GONOSUMDB, GOPROXY, GONOPROXY, GOINSECURE string
	GitNoVerify                                        bool `json:"-"`
}

func (g *goCommand) settings(ctx context.Context) (settings, error) {
	s := settings{GitNoVerify: os.Getenv("GIT_SSL_NO_VERIFY") != ""}
	err := g.json(ctx, &s, "env", "-json", "GOSUMDB", "GONOSUMDB", "GOPROXY", "GONOPROXY", "GOINSECURE")
	return s, err
}
