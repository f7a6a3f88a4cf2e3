package e2e

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hardwright/hardwright/e2e/proxy"
)

// startProxy gives scripts about packs a module proxy and a checksum database of their own, both on loopback.
func startProxy(env *testscript.Env, category string) error {
	if category != "packs" {
		return nil
	}
	p, err := proxy.Start()
	if err != nil {
		return err
	}
	env.Defer(p.Close)
	env.Values[proxyKey{}] = p
	for name, value := range p.Env(filepath.Join(env.WorkDir, ".home")) {
		env.Setenv(name, value)
	}
	return nil
}

type proxyKey struct{}

func proxyOf(ts *testscript.TestScript) *proxy.Proxy { return ts.Value(proxyKey{}).(*proxy.Proxy) }

// offer puts a folder on offer as a version of a module, or a version under the name of a branch:
// offer example.com/pack@v1.0.0 DIR, offer example.com/pack@main v1.0.0.
func offer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: offer MODULE@VERSION DIR, offer MODULE@BRANCH VERSION")
	}
	path, version, _ := strings.Cut(args[0], "@")
	p := proxyOf(ts)
	if _, known := p.Modules[path+"@"+args[1]]; known {
		p.Branches[args[0]] = args[1]
		return
	}
	dir := ts.MkAbs(args[1])
	var files []string
	ts.Check(filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		src, rerr := os.ReadFile(name)
		files = append(files, filepath.ToSlash(rel), string(src))
		return errors.Join(err, rerr)
	}))
	p.Add(path, version, files...)
}

// lie makes the checksum database know another checksum than what the proxy serves has: lie example.com/pack@v1.0.0.
func lie(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: lie MODULE@VERSION")
	}
	proxyOf(ts).Sums[args[0]] = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
}
