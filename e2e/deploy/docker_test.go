package deploy

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// An engine is a docker daemon of the tests' own, in a temporary folder, with a stand-in for the builder image. It needs root and
// Debian's docker.io; no registry is asked.
type engine struct {
	dir    string
	socket string
	docker string // the client that came with the daemon
	daemon *exec.Cmd
	log    *os.File
}

// start begins a daemon and waits until it answers. It ends with the test.
func start(t *testing.T) *engine {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("a docker daemon needs root: run the tests as root")
	}
	// Not t.TempDir: the path of a socket may have a hundred characters at most.
	dir, err := os.MkdirTemp("", "docker-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	e := &engine{dir: dir, socket: "unix://" + dir + "/docker.sock", docker: "/usr/bin/docker"}
	if _, err := os.Stat(e.docker); err != nil {
		if e.docker, err = exec.LookPath("docker"); err != nil {
			t.Fatal(err)
		}
	}
	if e.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
		t.Fatal(err)
	}
	e.daemon = exec.Command("dockerd", "--host", e.socket, "--data-root", filepath.Join(dir, "data"), "--exec-root", filepath.Join(dir, "exec"),
		"--pidfile", filepath.Join(dir, "pid"))
	e.daemon.Stdout, e.daemon.Stderr = e.log, e.log
	if err := e.daemon.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = e.daemon.Wait(); close(ended) }() // how it ended is in its log
	t.Cleanup(func() {
		_ = e.daemon.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		select {
		case <-ended:
		case <-time.After(time.Minute):
			_ = e.daemon.Process.Kill()
		}
		_ = e.log.Close()
		_ = exec.Command("umount", "--lazy", filepath.Join(dir, "exec", "netns", "default")).Run() // dockerd may leave it mounted
		if err := os.RemoveAll(dir); err != nil {
			t.Logf("left behind: %v", err)
		}
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if _, code := run(t, "", e.env(), e.docker, "info"); code == 0 {
			return e
		}
		select {
		case <-ended:
			t.Fatalf("dockerd ended:\n%s", read(t, e.log.Name()))
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("dockerd does not answer:\n%s", read(t, e.log.Name()))
		}
	}
}

func (e *engine) env() []string { return []string{"DOCKER_HOST=" + e.socket, "DOCKER_BUILDKIT=1"} }

// must runs the docker client.
func (e *engine) must(t testing.TB, args ...string) string {
	t.Helper()
	return must(t, "", e.env(), e.docker, args...)
}

func (e *engine) run(t testing.TB, args ...string) (string, int) {
	t.Helper()
	return run(t, "", e.env(), e.docker, args...)
}

// importBuilder makes the image that the Dockerfile's first stage wants, from this machine: the Go tool chain, a shell (busybox), the CA
// certificates, and the modules of the service as a file proxy. The Dockerfile stays as it is.
func (e *engine) importBuilder(t *testing.T, service, image string) {
	t.Helper()
	goroot := strings.TrimSpace(must(t, "", nil, "go", "env", "GOROOT"))
	cache := strings.TrimSpace(must(t, "", nil, "go", "env", "GOMODCACHE"))
	modules := filepath.Join(e.dir, "modules")
	// What the build needs, and no more, from this machine's cache or else from its proxy.
	proxy := "file://" + filepath.Join(cache, "cache", "download") + "," + strings.TrimSpace(must(t, "", nil, "go", "env", "GOPROXY"))
	must(t, service, []string{"GOMODCACHE=" + modules, "GOPROXY=" + proxy, "GOFLAGS=-modcacherw", "CGO_ENABLED=0"}, "go", "list", "-deps", "./cmd/...")

	pr, pw := io.Pipe()
	c := exec.Command(e.docker, "import", "--change", "WORKDIR /go", "--change", "ENV PATH=/usr/local/go/bin:/bin", "--change", "ENV GOPATH=/go",
		"--change", "ENV GOTOOLCHAIN=local", "--change", "ENV GOPROXY=file:///proxy", "--change", "ENV GOSUMDB=off", "-", image)
	c.Env = append(os.Environ(), e.env()...)
	c.Stdin = pr
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	a := archive{tar.NewWriter(pw)}
	err := a.builder(goroot, filepath.Join(modules, "cache", "download"))
	if err == nil {
		err = a.Close()
	}
	_ = pw.CloseWithError(err) // never fails
	if waited := c.Wait(); err != nil || waited != nil {
		t.Fatalf("import %s: %v, %v\n%s", image, err, waited, said.String())
	}
}

// An archive is a root file system on its way into an image.
type archive struct{ *tar.Writer }

func (a archive) builder(goroot, proxy string) error {
	for _, dir := range []string{"bin", "tmp", "root", "go", "etc", "etc/ssl", "etc/ssl/certs", "usr", "usr/local", "src"} {
		if err := a.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o1777}); err != nil {
			return err
		}
	}
	for from, to := range map[string]string{"/bin/busybox": "bin/busybox", "/etc/ssl/certs/ca-certificates.crt": "etc/ssl/certs/ca-certificates.crt"} {
		if err := a.file(from, to, 0o755); err != nil {
			return err
		}
	}
	applets, err := exec.Command("/bin/busybox", "--list").Output()
	if err != nil {
		return err
	}
	for applet := range strings.FieldsSeq(string(applets)) {
		if applet == "busybox" {
			continue
		}
		if err := a.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "bin/" + applet, Linkname: "busybox"}); err != nil {
			return err
		}
	}
	if err := a.tree(goroot, "usr/local/go", "test", "pkg/mod", "doc", "api"); err != nil {
		return err
	}
	if _, err := os.Stat(proxy); err != nil {
		return nil // a service without modules
	}
	return a.tree(proxy, "proxy", "sumdb")
}

func (a archive) tree(from, to string, leave ...string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		for _, l := range leave {
			if rel == filepath.FromSlash(l) {
				return filepath.SkipDir
			}
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name := filepath.ToSlash(filepath.Join(to, rel))
		switch {
		case d.IsDir():
			return a.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o755})
		case info.Mode().IsRegular():
			return a.file(path, name, int64(info.Mode().Perm()|0o444))
		}
		return nil
	})
}

func (a archive) file(from, to string, mode int64) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := a.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: to, Mode: mode, Size: info.Size()}); err != nil {
		return err
	}
	_, err = io.Copy(a, f)
	return err
}

// builderOf is the image that a Dockerfile's first stage is built from.
func builderOf(t *testing.T, service string) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^ARG GO_IMAGE=(golang:\S+)$`).FindStringSubmatch(read(t, filepath.Join(service, "Dockerfile")))
	if m == nil {
		t.Fatal("the Dockerfile names no builder")
	}
	return m[1]
}

// follow runs docker in the background and collects what it says until stop is called.
func (e *engine) follow(t *testing.T, args ...string) (said func() string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, e.docker, args...)
	c.Env = append(os.Environ(), e.env()...)
	out := &collector{}
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = c.Wait(); close(done) }() // it is stopped from outside
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return out.String, stop
}

type collector struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (c *collector) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.Write(p)
}

func (c *collector) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.String()
}

// hardened are the rights that a container of the tests runs with: those that compose.yaml gives.
var hardened = []string{"--read-only", "--cap-drop=ALL", "--security-opt", "no-new-privileges", "--user", "65532:65532",
	"--pids-limit", "128", "--memory", "512m", "--tmpfs", "/tmp:size=16m,mode=1777"}
