package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// Fetched is a pack that came just now, and what there is to say about it.
type Fetched struct {
	Pack
	Trust
	Warnings []string // retracted, deprecated
}

// Fetch brings a module at a version, a branch or latest. Without insecure it refuses, before anything is fetched, where the
// user's settings leave nothing that vouches for the bytes.
func Fetch(ctx context.Context, path, query string, insecure bool) (*Fetched, error) {
	work, err := os.MkdirTemp("", "hardwright-fetch-")
	if err != nil {
		return nil, fmt.Errorf("create a folder to fetch in: %w", err)
	}
	defer os.RemoveAll(work)
	// A module of its own: below another one, go would believe the go.sum of that, and not ask the database.
	if err := os.WriteFile(filepath.Join(work, "go.mod"), []byte("module example.com/fetch\n\ngo 1.21\n"), 0o600); err != nil {
		return nil, fmt.Errorf("create a module to fetch in: %w", err)
	}
	g, err := findGo(work)
	if err != nil {
		return nil, err
	}
	set, err := g.settings(ctx)
	if err != nil {
		return nil, err
	}
	trust := set.trust(path)
	if len(trust.Insecure) > 0 && !insecure {
		return nil, refuseInsecure(path, trust.Insecure)
	}
	got, err := g.download(ctx, path+"@"+query)
	if err != nil {
		return nil, err
	}
	if got.Path != path {
		return nil, fmt.Errorf("asked for %s, and got %s", path, got.Path)
	}
	v := module.Version{Path: got.Path, Version: got.Version}
	if query != v.Version && module.CanonicalVersion(query) == query {
		return nil, fmt.Errorf("asked for %s@%s, and got %s", path, query, v.Version)
	}
	src, err := readZip(got.Zip)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", v, err)
	}
	p, err := open(v, src, work)
	if err != nil {
		return nil, err
	}
	if p.Sum != got.Sum {
		return nil, fmt.Errorf("%s: the zip has checksum %s, and go verified %s: the module cache was changed (go clean -modcache empties it)", v, p.Sum, got.Sum)
	}
	f := &Fetched{Pack: *p, Trust: trust}
	f.Warnings = g.warnings(ctx, v)
	return f, ctx.Err()
}

// readZip reads what go put into its cache, once: what is checked is what is used.
func readZip(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("read the zip: %w", errors.Unwrap(err))
	}
	if info.Size() > mostZip {
		return nil, fmt.Errorf("a zip of %d bytes; a pack has at most %d", info.Size(), mostZip)
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the zip: %w", errors.Unwrap(err))
	}
	return src, nil
}

// warnings says what the module's latest version says about this one.
func (g *goCommand) warnings(ctx context.Context, v module.Version) []string {
	var status struct {
		Retracted  []string
		Deprecated string
	}
	if err := g.json(ctx, &status, "list", "-m", "-u", "-json", v.String()); err != nil {
		return []string{fmt.Sprintf("whether %s was retracted could not be found out: %v", v, err)}
	}
	var out []string
	if len(status.Retracted) > 0 {
		why := strings.Join(slices.DeleteFunc(status.Retracted, func(s string) bool { return s == "" }), "; ")
		if why == "" {
			why = "no reason given"
		}
		out = append(out, fmt.Sprintf("%s was retracted by its author: %s", v, why))
	}
	if status.Deprecated != "" {
		out = append(out, fmt.Sprintf("%s is deprecated: %s", v.Path, status.Deprecated))
	}
	return out
}
