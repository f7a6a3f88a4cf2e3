package e2e

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/sumdb/dirhash"
)

// hostileDisk are the attacks that need more of a disk than files: links, pipes, sockets, and very much of everything.
func hostileDisk() []attack {
	const folder = ".hardwright/generators/evil"
	const manifest = "name: evil\nsummary: Means no harm.\n"
	must := func(t *testing.T, errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	local := func(name, says string, do func(t *testing.T, repo, folder string)) attack {
		return attack{name: "disk " + name, run: []string{"generate", "evil"}, exit: 2, says: []string{says}, do: func(t *testing.T, repo string) {
			at := filepath.Join(repo, filepath.FromSlash(folder))
			lay(t, filepath.Join(at, "generator.yaml"), manifest)
			lay(t, filepath.Join(at, "_files", "docs", "evil.md"), "x\n")
			do(t, repo, at)
		}}
	}
	// component is an attack by a component of a pack that stands in the repository, pinned as it is.
	component := func(name, says string, files ...string) attack {
		return attack{name: "disk component " + name, run: []string{"add", "evil"}, exit: 2, says: []string{says}, do: func(t *testing.T, repo string) {
			vendored(t, repo, append([]string{"evil/README.md", "# evil\n"}, files...)...)
		}}
	}
	const extra = "name: evil\nkind: extra\nsummary: Means no harm.\n"
	return []attack{
		component("that writes the lock", "evil/_files/hardwright.lock: hardwright.lock is written by hardwright", "evil/component.yaml", extra, "evil/_files/hardwright.lock", "x\n"),
		component("that writes its own wish", "evil/_files/hardwright.yaml.tmpl: hardwright.yaml is written by hardwright", "evil/component.yaml", extra, "evil/_files/hardwright.yaml.tmpl", "x\n"),
		component("that brings a generator", "generator.yaml: .hardwright/generators/other/generator.yaml is written by hardwright", "evil/component.yaml", extra, "evil/_files/.hardwright/generators/other/generator.yaml", "name: other\n"),
		component("in the place of the pinned modules", "universe: a folder of that name is built in", "evil/component.yaml", extra, "universe/component.yaml", "name: universe\nkind: extra\nsummary: Means no harm.\n", "universe/pins.json", "{}"),
		component("in the place of a generator", "migration: a folder of that name is built in", "evil/component.yaml", extra, "migration/component.yaml", "name: migration\nkind: extra\nsummary: Means no harm.\n"),
		component("that never ends", "does more work than a template may", "evil/component.yaml", extra, "evil/_files/docs/evil.md.tmpl", "{{range 1000000000000}}{{end}}"),
		component("that asks for the environment", `function "env" not defined`, "evil/component.yaml", extra, "evil/_files/docs/evil.md.tmpl", `{{env "HARDWRIGHT_SECRET"}}`),
		component("in the place of another's file", "writes internal/app/app.go too", "evil/component.yaml", extra, "evil/_files/internal/app/app.go", "package app\n"),
		component("that claims every service", "kind is base: a component of a pack is an extra or a part", "evil/component.yaml", strings.Replace(extra, "extra", "base", 1)),
		component("that runs commands", `unknown key "hooks"`, "evil/component.yaml", extra+"hooks: {after: touch hardwright-canary}\n"),
		component("with an enormous manifest", "evil/component.yaml: more than 262144 bytes", "evil/component.yaml", extra+strings.Repeat("# nothing\n", 1<<20)),
		local("generator folder that is a link", "generators/evil: it is no plain file or folder", func(t *testing.T, repo, at string) {
			outside := filepath.Join(filepath.Dir(repo), "evil")
			must(t, os.Rename(at, outside), os.Symlink(outside, at))
		}),
		local("folder of generators that is a link", "generators: it is no plain file or folder", func(t *testing.T, repo, at string) {
			outside := filepath.Join(filepath.Dir(repo), "generators")
			must(t, os.Rename(filepath.Dir(at), outside), os.Symlink(outside, filepath.Dir(at)))
		}),
		local("payload that is a link", "evil.md: it is no plain file or folder", func(t *testing.T, _, at string) {
			must(t, os.Remove(filepath.Join(at, "_files/docs/evil.md")), os.Symlink("/etc/passwd", filepath.Join(at, "_files/docs/evil.md")))
		}),
		local("payload that is a link to a device", "zero: it is no plain file or folder", func(t *testing.T, _, at string) {
			must(t, os.Symlink("/dev/zero", filepath.Join(at, "_files/docs/zero")))
		}),
		local("manifest that is a link to a device", "generator.yaml: it is no plain file or folder", func(t *testing.T, _, at string) {
			must(t, os.Remove(filepath.Join(at, "generator.yaml")), os.Symlink("/dev/zero", filepath.Join(at, "generator.yaml")))
		}),
		local("manifest that is a pipe", "generator.yaml: it is no plain file or folder", func(t *testing.T, _, at string) {
			must(t, os.Remove(filepath.Join(at, "generator.yaml")), syscall.Mkfifo(filepath.Join(at, "generator.yaml"), 0o644))
		}),
		local("payload that is a pipe", "pipe: it is no plain file or folder", func(t *testing.T, _, at string) {
			must(t, syscall.Mkfifo(filepath.Join(at, "_files/docs/pipe"), 0o644))
		}),
		local("payload that is a socket", "s: it is no plain file or folder", func(t *testing.T, _, at string) {
			// A socket's path is short, so that it is made elsewhere.
			dir, err := os.MkdirTemp("", "s")
			must(t, err)
			t.Cleanup(func() { os.RemoveAll(dir) })
			l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "s"), Net: "unix"})
			must(t, err)
			l.SetUnlinkOnClose(false)
			must(t, l.Close(), os.Rename(filepath.Join(dir, "s"), filepath.Join(at, "_files/docs/s")))
		}),
		local("output below a link that leads outside", "docs is a link, and links are not followed", func(t *testing.T, repo, _ string) {
			outside := filepath.Join(filepath.Dir(repo), "docs")
			must(t, os.Rename(filepath.Join(repo, "docs"), outside), os.Symlink(outside, filepath.Join(repo, "docs")))
		}),
		local("output in the place of a link that leads outside", "evil.md: it is a link, and links are not followed", func(t *testing.T, repo, _ string) {
			must(t, os.Symlink("../../beside.txt", filepath.Join(repo, "docs/evil.md")))
		}),
		local("insertion into a link that leads outside", "notes.txt: it is a link, and links are not followed", func(t *testing.T, repo, at string) {
			lay(t, filepath.Join(at, "generator.yaml"), manifest+"insertions:\n  - {into: notes.txt, anchor: {line: beside, place: after}, text: x}\n")
			must(t, os.Symlink("../beside.txt", filepath.Join(repo, "notes.txt")))
		}),
		local("output in the place of a pipe", "evil.md: it is not a regular file", func(t *testing.T, repo, _ string) {
			must(t, syscall.Mkfifo(filepath.Join(repo, "docs/evil.md"), 0o644))
		}),
		local("a hundred thousand files", "more than 1000 files", func(t *testing.T, _, at string) {
			for i := range 100_000 {
				if i%1000 == 0 {
					must(t, os.MkdirAll(filepath.Join(at, "_files", fmt.Sprint(i/1000)), 0o755))
				}
				must(t, os.WriteFile(filepath.Join(at, "_files", fmt.Sprint(i/1000), fmt.Sprint(i)), nil, 0o644))
			}
		}),
		local("a folder of a thousand folders", "it is longer than 900 bytes", func(t *testing.T, _, at string) {
			must(t, os.MkdirAll(filepath.Join(at, "_files", strings.Repeat("d/", 1000)), 0o755))
			lay(t, filepath.Join(at, "_files", strings.Repeat("d/", 1000), "x"), "")
		}),
		local("enormous manifest", "generator.yaml: it is no plain file or folder, or cannot be read", func(t *testing.T, _, at string) {
			lay(t, filepath.Join(at, "generator.yaml"), manifest+strings.Repeat("# nothing\n", 4<<20))
		}),
		local("enormous payload", "evil.md: it is no plain file or folder, or cannot be read", func(t *testing.T, _, at string) {
			must(t, os.Truncate(filepath.Join(at, "_files/docs/evil.md"), 4<<30))
		}),
		local("manifest that is not UTF-8", "generator.yaml:1: not YAML: invalid leading UTF-8 octet", func(t *testing.T, _, at string) {
			lay(t, filepath.Join(at, "generator.yaml"), manifest+"data: {a: \"\xff\xfe\"}\n")
		}),
		local("manifest in NULs", "generator.yaml:1: not YAML: control characters are not allowed", func(t *testing.T, _, at string) {
			lay(t, filepath.Join(at, "generator.yaml"), strings.Repeat("\x00", 1<<16))
		}),
		local("template that is not UTF-8 and does not parse", "evil.md.tmpl:1: unrecognized character in action", func(t *testing.T, _, at string) {
			lay(t, filepath.Join(at, "_files/docs/evil.md.tmpl"), "{{\xff}}")
		}),
		local("heavy templates, many of them", "more work than those of one run may", func(t *testing.T, _, at string) {
			for i := range 200 {
				lay(t, filepath.Join(at, "_files/docs", fmt.Sprintf("%d.md.tmpl", i)), "{{range 900000}}{{end}}")
			}
		}),
		local("heavy defaults, many of them", "more work than those of one run may", func(t *testing.T, _, at string) {
			var b strings.Builder
			for i := range 90 {
				fmt.Fprintf(&b, "  - {name: a%d, type: string, question: What, default: \"{{range 900000}}{{end}}\"}\n", i)
			}
			lay(t, filepath.Join(at, "generator.yaml"), manifest+"inputs:\n"+b.String())
		}),
		local("large texts, compared over and over", "more work than a template may", func(t *testing.T, _, at string) {
			lay(t, filepath.Join(at, "_files/docs/evil.md.tmpl"), `{{$x := repeat 60000 "a"}}{{range 5}}{{$x = printf "%s%s" $x $x}}{{end}}`+
				`{{$y := printf "%sb" $x}}{{$x = printf "%sc" $x}}{{range 600000}}{{if eq $x $y}}{{end}}{{end}}`)
		}),
		local("large texts, searched over and over", "more work than a template may", func(t *testing.T, _, at string) {
			lay(t, filepath.Join(at, "_files/docs/evil.md.tmpl"), `{{$x := repeat 60000 "a"}}{{range 5}}{{$x = printf "%s%s" $x $x}}{{end}}{{range 600000}}{{if contains "b" $x}}{{end}}{{end}}`)
		}),
		local("large data, compared over and over", "more work than a template may", func(t *testing.T, _, at string) {
			x := strings.Repeat("a", 100_000)
			lay(t, filepath.Join(at, "generator.yaml"), manifest+fmt.Sprintf("data: {x: %sb, y: %sc}\n", x, x))
			lay(t, filepath.Join(at, "_files/docs/evil.md.tmpl"), `{{$d := .Data}}{{range 600000}}{{if eq $d.x $d.y}}{{end}}{{end}}`)
		}),
		local("a hundred thousand keys", "generator.yaml: more than 262144 bytes", func(t *testing.T, _, at string) {
			var b strings.Builder
			for i := range 100_000 {
				fmt.Fprintf(&b, "  a%d: 1\n", i)
			}
			lay(t, filepath.Join(at, "generator.yaml"), manifest+"data:\n"+b.String())
		}),
		local("thousands of insertions", "3000 insertions: more than 200", func(t *testing.T, _, at string) {
			lay(t, filepath.Join(at, "generator.yaml"), manifest+"insertions:\n"+strings.Repeat("  - {into: internal/httpserver/routes.go, anchor: {go: \"return routes\"}, text: \"{},\"}\n", 3000))
		}),
		local("thousands of sequences", "3000 sequences: more than 20", func(t *testing.T, _, at string) {
			var b strings.Builder
			for i := range 3000 {
				fmt.Fprintf(&b, "  - {name: s%d, folder: internal, from: 1, digits: 3}\n", i)
			}
			lay(t, filepath.Join(at, "generator.yaml"), manifest+"sequences:\n"+b.String())
		}),
		{name: "disk lock that gives a run the configuration of git", run: []string{"generate", "evil"}, exit: 1, says: []string{`write ".git/evil": .git is out of bounds`}, do: func(t *testing.T, repo string) {
			at := filepath.Join(repo, filepath.FromSlash(folder))
			lay(t, filepath.Join(at, "generator.yaml"), manifest)
			lay(t, filepath.Join(at, "_files/docs/evil.md"), "x\n")
			lay(t, filepath.Join(repo, ".git/evil"), "x\n")
			// As the run wrote it, by what the lock says, and no longer does: it would go.
			addToLock(t, repo, "files:\n  \".git/evil\": {sha256: 73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac, mode: \"0644\", owner: evil, class: managed}\n")
		}},
		{name: "disk twenty thousand keys", run: []string{"generate", "evil"}, says: []string{"1 created"}, writes: []string{"docs/evil.md", "hardwright.lock"}, do: func(t *testing.T, repo string) {
			at := filepath.Join(repo, filepath.FromSlash(folder))
			var b strings.Builder
			for i := range 20_000 {
				fmt.Fprintf(&b, "  %x: 1\n", i)
			}
			lay(t, filepath.Join(at, "generator.yaml"), manifest+"data:\n"+b.String())
			lay(t, filepath.Join(at, "_files/docs/evil.md"), "x\n")
		}},
		{name: "disk a long file that is other than a longer one", run: []string{"generate", "evil"}, exit: 3, says: []string{"NOTES.md: it already exists"}, do: func(t *testing.T, repo string) {
			at := filepath.Join(repo, filepath.FromSlash(folder))
			lay(t, filepath.Join(at, "generator.yaml"), manifest)
			var ours, theirs strings.Builder
			for i := range 120_000 {
				fmt.Fprintf(&ours, "o%d\n", i*7919%120_011)
				fmt.Fprintf(&theirs, "t%d\n", i*104729%120_011)
			}
			lay(t, filepath.Join(at, "_files/NOTES.md"), theirs.String())
			lay(t, filepath.Join(repo, "NOTES.md"), ours.String())
		}},
		local("large outputs, many of them", "generators/evil: writes more than 16777216 bytes", func(t *testing.T, _, at string) {
			for i := range 20 {
				lay(t, filepath.Join(at, "_files/docs", fmt.Sprintf("%d.md.tmpl", i)), `{{range 60}}{{repeat 60000 "a"}}{{end}}`)
			}
		}),
		{name: "disk pinned pack that is a link", run: []string{"generate", "other"}, exit: 1, says: []string{"path escapes from parent"}, do: func(t *testing.T, repo string) {
			pinned(t, repo, "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
			must(t, os.MkdirAll(filepath.Join(repo, ".hardwright/packs/example.com"), 0o755),
				os.Symlink(filepath.Dir(repo), filepath.Join(repo, ".hardwright/packs/example.com/evil@v1.0.0")))
		}},
		{name: "disk pinned pack with a pipe", run: []string{"generate", "other"}, exit: 1, says: []string{"is not a regular file"}, do: func(t *testing.T, repo string) {
			pinned(t, repo, "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
			at := filepath.Join(repo, ".hardwright/packs/example.com/evil@v1.0.0")
			must(t, os.MkdirAll(at, 0o755), syscall.Mkfifo(filepath.Join(at, "go.mod"), 0o644))
		}},
		{name: "disk pinned pack with another checksum", run: []string{"generate", "other"}, exit: 1, says: []string{"hardwright.lock pins h1:AAAA", "nothing of it is used"}, do: func(t *testing.T, repo string) {
			pinned(t, repo, "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
			at := filepath.Join(repo, ".hardwright/packs/example.com/evil@v1.0.0")
			lay(t, filepath.Join(at, "other/generator.yaml"), "name: other\nsummary: Means no harm.\n")
			lay(t, filepath.Join(at, "other/_files/docs/evil.md"), "x\n")
		}},
		{name: "disk pinned pack without end", run: []string{"generate", "other"}, exit: 1, says: []string{"more than 33554432 bytes"}, do: func(t *testing.T, repo string) {
			pinned(t, repo, "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
			at := filepath.Join(repo, ".hardwright/packs/example.com/evil@v1.0.0/other/generator.yaml")
			lay(t, at, "")
			must(t, os.Truncate(at, 64<<30))
		}},
	}
}

// pinned puts a pin of the evil pack into the lock.
func pinned(t *testing.T, repo, sum string) {
	t.Helper()
	addToLock(t, repo, fmt.Sprintf("packs:\n  - {pack: %q, sum: %q}\nfiles:\n", evilVersion, sum))
}

// vendored puts the evil pack into the repository, with name and content of its files in turn, and pins it as it is.
func vendored(t *testing.T, repo string, files ...string) {
	t.Helper()
	var names []string
	texts := map[string]string{}
	for i := 0; i < len(files); i += 2 {
		name := evilVersion + "/" + files[i]
		names, texts[name] = append(names, name), files[i+1]
		lay(t, filepath.Join(repo, ".hardwright/packs", filepath.FromSlash(name)), files[i+1])
	}
	sum, err := dirhash.Hash1(names, func(name string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(texts[name])), nil })
	if err != nil {
		t.Fatal(err)
	}
	pinned(t, repo, sum)
}

// addToLock puts text in the place of the line files: of the lock.
func addToLock(t *testing.T, repo, text string) {
	t.Helper()
	name := filepath.Join(repo, "hardwright.lock")
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lay(t, name, strings.Replace(string(src), "\nfiles:\n", "\n"+text, 1))
}
