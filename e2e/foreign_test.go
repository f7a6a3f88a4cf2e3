package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// A foreign is a repository that hardwright did not write, and what is wanted of adding to it. The lines above its files say so:
//
//	add: ARGUMENTS      of hardwright add, components first; remove is given the components later
//	exit: CODE          of add; 0 without this line. Any other: nothing is written
//	says: TEXT          stands in what add says; several
//	crlf: PATTERN       files whose lines end in CR LF
//	in: FOLDER          of the module
//	builds: PACKAGE     is built, and not started
//	run: PACKAGE        is built and started, with ADDR, and answers on loopback with our headers
//	asks: PATH CODE TEXT…   a request and its answer
//	http2: PATH CODE TEXT…  the same over HTTP/2 without TLS
//	streams: PATH       the first event arrives while the answer lasts
//	upgrades: PATH      a websocket that sends back what it gets
//	stops: METHOD PATH  ends the program
//	idle: REASON        add finds nothing to do
//	tests: PACKAGE      is vetted, and its tests pass
//	unguarded: REASON   answers carry none of the headers that show the guard elsewhere
//	want/FILE           the file as it is after add
type foreign struct {
	name    string
	files   []txtar.File
	add     []string
	exit    int
	says    []string
	crlf    string
	module  string
	builds  string
	run     string
	asks    []string
	http2   []string
	streams string
	upgrade string
	stops   string
	tests   string
	idle    bool
	bare    bool
}

func readForeign(t *testing.T, file string) *foreign {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f := &foreign{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), files: a.Files, module: "."}
	for line := range strings.Lines(string(a.Comment)) {
		line = strings.TrimSpace(line)
		key, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "", strings.HasPrefix(line, "#"):
		case key == "add":
			f.add = strings.Fields(value)
		case key == "exit":
			f.exit, err = strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
		case key == "says":
			f.says = append(f.says, value)
		case key == "crlf":
			f.crlf = value
		case key == "in":
			f.module = value
		case key == "builds":
			f.builds = value
		case key == "run":
			f.run = value
		case key == "asks":
			f.asks = append(f.asks, value)
		case key == "http2":
			f.http2 = append(f.http2, value)
		case key == "streams":
			f.streams = value
		case key == "upgrades":
			f.upgrade = value
		case key == "stops":
			f.stops = value
		case key == "idle":
			f.idle = true
		case key == "tests":
			f.tests = value
		case key == "unguarded":
			f.bare = true
		default:
			t.Fatalf("%s: unknown line %q", file, line)
		}
	}
	return f
}

// unpack writes the repository, and returns what is wanted of single files afterwards.
func (f *foreign) unpack(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	want := map[string][]byte{}
	for _, file := range f.files {
		name, wanted := strings.CutPrefix(file.Name, "want/")
		data := file.Data
		if is, _ := filepath.Match(f.crlf, filepath.Base(name)); is {
			data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		}
		if wanted {
			want[name] = data
			continue
		}
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return want
}

// components are the names among the arguments of add.
func (f *foreign) components() []string {
	for i, a := range f.add {
		if strings.HasPrefix(a, "--") {
			return f.add[:i]
		}
	}
	return f.add
}

// Each repository is small and real: it compiles against the modules that it names. hardwright adds to it or refuses, what it wrote builds,
// runs and answers, and removing gives the bytes back.
func TestForeign(t *testing.T) {
	files, err := filepath.Glob("foreign/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if want := 61; len(files) != want {
		t.Errorf("%d repositories, want %d", len(files), want)
	}
	t.Setenv("GOFLAGS", "-buildvcs=false -trimpath")
	t.Setenv("CGO_ENABLED", "0")
	t.Setenv("GOWORK", "")
	for _, file := range files {
		f := readForeign(t, file)
		t.Run(f.name, func(t *testing.T) { f.test(t) })
	}
}

func (f *foreign) test(t *testing.T) {
	dir := t.TempDir()
	want := f.unpack(t, dir)
	before := contents(t, dir)

	// What is only asked writes nothing. Nothing is built then either, so that a build that would fail does not show.
	dry, check := f.exit, f.exit
	if f.exit == 0 && !f.idle || strings.Contains(strings.Join(f.says, " "), "the build would fail") {
		dry, check = 0, 3
	}
	for flag, code := range map[string]int{"--dry-run": dry, "--check": check} {
		if r := hardwright(t, dir, append(append([]string{"add"}, f.add...), flag)...); r.code != code {
			t.Errorf("%s: exit %d, want %d\n%s", flag, r.code, code, r.stderr)
		}
		if d := difference(before, contents(t, dir)); d != "" {
			t.Fatalf("%s wrote: %s", flag, d)
		}
	}

	r := hardwright(t, dir, append([]string{"add"}, f.add...)...)
	if r.code != f.exit {
		t.Fatalf("add: exit %d, want %d\n%s", r.code, f.exit, r.stderr)
	}
	for _, text := range f.says {
		if !strings.Contains(r.stderr, text) {
			t.Errorf("add does not say %q:\n%s", text, r.stderr)
		}
	}
	if f.exit != 0 {
		if d := difference(before, contents(t, dir)); d != "" {
			t.Fatalf("add refused, and wrote: %s", d)
		}
		return
	}
	for name, data := range want {
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got, data)
		}
	}
	added := contents(t, dir)
	if d := difference(before, added); f.idle != (d == "") {
		t.Errorf("idle %v, and %s", f.idle, d)
	}
	if r := hardwright(t, dir, append(append([]string{"add"}, f.components()...), "--check")...); r.code != 0 {
		t.Errorf("adding again: exit %d\n%s", r.code, r.stderr)
	}
	f.judge(t, filepath.Join(dir, f.module))
	if d := difference(added, contents(t, dir)); d != "" {
		t.Fatalf("the tests left something: %s", d)
	}

	r = hardwright(t, dir, append([]string{"remove", "--no-build"}, f.components()...)...)
	if r.code != 0 {
		t.Fatalf("remove: exit %d\n%s", r.code, r.stderr)
	}
	if d := difference(before, contents(t, dir)); d != "" {
		t.Errorf("remove does not give back what was there: %s", d)
	}
}

// judge builds and runs what add left.
func (f *foreign) judge(t *testing.T, module string) {
	pkg := f.run
	if pkg == "" {
		pkg = f.builds
	}
	if pkg == "" {
		return
	}
	bin := filepath.Join(t.TempDir(), "program")
	build := exec.Command("go", "build", "-o", bin, pkg)
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	if f.tests != "" {
		for _, verb := range []string{"vet", "test"} {
			c := exec.Command("go", verb, f.tests)
			c.Dir = module
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("go %s %s: %v\n%s", verb, f.tests, err, tail(string(out), 4000))
			}
		}
	}
	if f.run == "" {
		return
	}
	addr := freeAddress(t)
	var log bytes.Buffer
	c := exec.Command(bin)
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), "ADDR="+addr, "ADMIN_ADDR=off")
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	stopped := false
	defer func() {
		if !stopped {
			_ = c.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Logf("the program said:\n%s", tail(log.String(), 3000))
		}
	}()
	waitFor(t, addr, ended)
	for _, ask := range f.asks {
		answers(t, http.DefaultClient, addr, ask, !f.bare)
	}
	for _, ask := range f.http2 {
		var p http.Protocols
		p.SetUnencryptedHTTP2(true)
		answers(t, &http.Client{Transport: &http.Transport{Protocols: &p}}, addr, ask, !f.bare)
	}
	if f.streams != "" {
		streams(t, addr, f.streams)
	}
	if f.upgrade != "" {
		upgrades(t, addr, f.upgrade)
	}
	if f.stops != "" {
		method, path, _ := strings.Cut(f.stops, " ")
		req, err := http.NewRequest(method, "http://"+addr+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		select {
		case err := <-ended:
			stopped = true
			if err != nil {
				t.Errorf("%s: the program ended with %v", f.stops, err)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s does not end the program", f.stops)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func waitFor(t *testing.T, addr string, ended <-chan error) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-ended:
			t.Fatalf("the program ended: %v", err)
		default:
		}
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nothing listens on %s", addr)
}

// guarded reports whether an answer went through our package.
func guarded(h http.Header) bool { return h.Get("X-Content-Type-Options") == "nosniff" }

// answers sends a request and judges the answer: PATH CODE TEXT….
func answers(t *testing.T, client *http.Client, addr, ask string, want bool) {
	t.Helper()
	path, rest, _ := strings.Cut(ask, " ")
	code, text, _ := strings.Cut(rest, " ")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || strconv.Itoa(res.StatusCode) != code || !strings.Contains(string(body), text) {
		t.Errorf("%s: %d %q, %v", ask, res.StatusCode, body, err)
	}
	if guarded(res.Header) != want {
		t.Errorf("%s over %s: went through the guard %v, want %v: %v", ask, res.Proto, !want, want, res.Header)
	}
}

// streams reads the first event of an answer that lasts.
func streams(t *testing.T, addr, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	if err != nil || !strings.Contains(line, "data:") && !strings.Contains(line, "event:") || !guarded(res.Header) {
		t.Errorf("%s: %q, %v, %v", path, line, err, res.Header)
	}
}

// upgrades opens a websocket and sends one frame, which comes back.
func upgrades(t *testing.T, addr, path string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
		path, addr, base64.StdEncoding.EncodeToString([]byte("sixteen bytes...")))
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		t.Errorf("%s: %v, %v", path, res, err)
		return
	}
	// A text frame, masked with zeros as a client must mask: RFC 6455, 5.2 and 5.3.
	if _, err := conn.Write([]byte{0x81, 0x84, 0, 0, 0, 0, 'p', 'i', 'n', 'g'}); err != nil {
		t.Fatal(err)
	}
	frame := make([]byte, 6)
	if _, err := io.ReadFull(r, frame); err != nil || string(frame[2:]) != "ping" {
		t.Errorf("%s: %q, %v", path, frame, err)
	}
}
