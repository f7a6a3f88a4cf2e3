package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/hardwright/hardwright/e2e/proxy"
)

// hello is a manifest and a payload that are in order.
var hello = []string{
	evilVersion + "/go.mod", "module " + evil + "\n",
	evilVersion + "/hello/generator.yaml", "name: hello\nsummary: A greeting.\n",
	evilVersion + "/hello/_files/docs/hello.md", "hello\n",
}

// hostileBytes are the attacks that need bytes which no text file can hold.
func hostileBytes(t *testing.T) []attack {
	t.Helper()
	const at = evilVersion + "/"
	add := []string{"generator", "add", evilVersion}
	file := func(name string) []byte { return proxy.Zip(append([]string{at + name, "x\n"}, hello...)...) }
	pack := func(name string, src []byte, says ...string) attack {
		return attack{name: "pack " + name, packs: map[string][]byte{evilVersion: src}, run: add, exit: 1, says: says}
	}
	out := []attack{
		pack("traversal", file("../../../beside.txt"), "../../../beside.txt"),
		pack("traversal with backslashes", file(`..\..\beside.txt`), `..\\..\\beside.txt`),
		pack("absolute path", proxy.Zip(append([]string{"/etc/hardwright-canary", "x"}, hello...)...), "/etc/hardwright-canary"),
		pack("drive letter", proxy.Zip(append([]string{`C:\hardwright-canary`, "x"}, hello...)...), "C:"),
		pack("another module's folder", proxy.Zip(append([]string{"example.com/other@v1.0.0/a", "x"}, hello...)...), "example.com/other"),
		pack("link", linked(t, at+"hello/_files/link", "/etc/passwd"), "hello/_files/link"),
		pack("link and a file through it", linked(t, at+"hello/_files/out", "../../../..", at+"hello/_files/out/beside.txt"), "hello/_files/out"),
		pack("names that differ in case", proxy.Zip(append([]string{at + "hello/_files/docs/HELLO.md", "x"}, hello...)...), "case-insensitive file name collision"),
		pack("one name twice", proxy.Zip(append([]string{at + "hello/_files/docs/hello.md", "x"}, hello...)...), "multiple entries for file"),
		pack("file and folder", proxy.Zip(append([]string{at + "hello/_files/docs", "x"}, hello...)...), "docs"),
		pack("git hook", file(".git/hooks/post-checkout"), ".git is not ours"),
		pack("git hook of a payload", file("hello/_files/.git/hooks/post-checkout"), ".git is not ours"),
		pack("git in capitals", file("hello/_files/.GIT/config"), ".git is not ours"),
		pack("git by its short name", file("hello/_files/GIT~1/config"), ".git is not ours"),
		pack("Windows device", file("hello/_files/AUX.txt"), "disallowed as path element component on Windows"),
		pack("stream", file("hello/_files/a.txt::$DATA"), "invalid char ':'"),
		pack("trailing dot", file("hello/_files/a./b"), "trailing dot"),
		pack("NUL", file("hello/_files/a\x00b"), `a\x00b`),
		pack("escape sequence", file("hello/_files/\x1b[2J"), `\x1b[2J`),
		pack("letters that run backwards", file("hello/_files/\u202egpj.exe"), `\u202egpj`),
		pack("name that is not UTF-8", file("hello/_files/a\xff"), `a\xff`),
		pack("name without end", file("hello/_files/"+strings.Repeat("n", 300)), "file name too long"),
		pack("many files", many(30_000), "30001 files; a pack has at most 5000"),
		pack("zip bomb", bomb(t, 12, 8<<20), "more than 33554432 bytes"),
		pack("zip bomb of overlapping entries", overlapping(t, 4000, 4<<20), "total uncompressed size"),
		pack("sizes that lie", lying(t), "zip: not a valid zip file"),
		pack("cut short", func() []byte { z := proxy.Zip(hello...); return z[:len(z)-40] }(), "zip: not a valid zip file"),
		pack("no zip at all", []byte("<html>login</html>"), "zip: not a valid zip file"),
		pack("another module's go.mod", proxy.Zip(at+"go.mod", "module example.com/other\n", hello[2], hello[3]), `its go.mod says module "example.com/other"`),
		pack("go.mod below", file("hello/_files/go.mod"), "go.mod file not in module root"),
	}
	tampered := pack("tampered on the way", file("hello/_files/more"), "checksum mismatch", "these are not the bytes that everybody gets")
	tampered.public, tampered.sums = true, map[string]string{evilVersion: "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}
	return append(out, tampered)
}

// linked is a pack with a symbolic link, and files beside it.
func linked(t *testing.T, name, to string, more ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: name}
	h.SetMode(fs.ModeSymlink | 0o777)
	put := func(h *zip.FileHeader, text string) {
		f, err := w.CreateHeader(h)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(h, to)
	for _, m := range more {
		put(&zip.FileHeader{Name: m}, "x\n")
	}
	for i := 0; i < len(hello); i += 2 {
		put(&zip.FileHeader{Name: hello[i]}, hello[i+1])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// many is a pack of n small files.
func many(n int) []byte {
	files := append([]string{}, hello[:2]...)
	for i := range n {
		files = append(files, fmt.Sprintf("%s/h/%d", evilVersion, i), "")
	}
	return proxy.Zip(files...)
}

// bomb is a small zip of n large files.
func bomb(t *testing.T, n, size int) []byte {
	t.Helper()
	files := append([]string{}, hello...)
	zeros := strings.Repeat("\x00", size)
	for i := range n {
		files = append(files, fmt.Sprintf("%s/hello/_files/%d", evilVersion, i), zeros)
	}
	return proxy.Zip(files...)
}

// overlapping is a zip whose directory lists one file n times under as many names.
func overlapping(t *testing.T, n, size int) []byte {
	t.Helper()
	one := proxy.Zip(evilVersion+"/hello/_files/0000", strings.Repeat("\x00", size))
	end := len(one) - 22
	dir := int(binary.LittleEndian.Uint32(one[end+16:]))
	entry := one[dir:end]
	out := bytes.Clone(one[:dir])
	at := bytes.Index(entry, []byte("0000"))
	for i := range n {
		e := bytes.Clone(entry)
		copy(e[at:], fmt.Sprintf("%04d", i))
		out = append(out, e...)
	}
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(n))
	binary.LittleEndian.PutUint16(tail[10:], uint16(n))
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*len(entry)))
	return append(out, tail...)
}

// lying is a zip whose headers say that a large file is small.
func lying(t *testing.T) []byte {
	t.Helper()
	const size = 64 << 20
	src := bomb(t, 1, size)
	was, is := make([]byte, 4), make([]byte, 4)
	binary.LittleEndian.PutUint32(was, size)
	binary.LittleEndian.PutUint32(is, 10)
	if n := bytes.Count(src, was); n < 2 {
		t.Fatalf("the size stands in the zip %d times", n)
	}
	return bytes.ReplaceAll(src, was, is)
}
