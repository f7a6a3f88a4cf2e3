// Command pin resolves the modules of all components together, once, and records what each imported package takes.
//
//	go run ./generator/internal/pin            from the repository's root: resolve, check, write templates/universe/pins.json
//	go run ./generator/internal/pin -check     check what is recorded; offline
//
// It renders every legal choice to learn what services import, lets the go command resolve that against
// templates/universe/versions.txt, and then wants an empty `go mod tidy -diff`, offline, for the imports of every legal
// Spec of up to three choices beyond the smallest service. On any difference it writes nothing and exits 1.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hardwright/hardwright/generator/internal/component"
	"github.com/hardwright/hardwright/generator/internal/universe"
)

func main() {
	check := flag.Bool("check", false, "check the recorded pins, write nothing")
	dir := flag.String("templates", "templates", "folder of components")
	flag.Parse()
	if err := run(*dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "pin:", err)
		os.Exit(1)
	}
}

func run(dir string, checkOnly bool) (err error) {
	fsys := os.DirFS(dir)
	catalog, err := component.Load(fsys)
	if err != nil {
		return err
	}
	for _, list := range catalog.Broken {
		return list
	}
	sets, err := importSets(catalog)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "hardwright-pin-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	src, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(universe.VersionsFile)))
	if err != nil {
		return err
	}
	versions, err := universe.Versions(src)
	if err != nil {
		return err
	}
	var pins *universe.Pins
	if checkOnly {
		pins, err = universe.Read(fsys)
	} else {
		pins, err = resolve(work, versions, sets)
	}
	if err != nil {
		return err
	}
	if err := check(work, pins, sets); err != nil {
		return err
	}
	if checkOnly {
		return nil
	}
	out, err := json.MarshalIndent(pins, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, filepath.FromSlash(universe.PinsFile)), append(out, '\n'), 0o644)
}
