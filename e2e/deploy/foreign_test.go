package deploy

import (
	"archive/tar"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// stranger writes a repository that hardwright did not make, with its module in a folder of it, and adds to it all that surrounds code, and some
// of what stands in front of it.
func stranger(t *testing.T, folder, main string) string {
	t.Helper()
	repo := t.TempDir()
	module := filepath.Join(repo, folder)
	write(t, filepath.Join(module, "go.mod"), "module corp.example/orders\n\ngo 1.23\n")
	write(t, filepath.Join(module, main, "main.go"), `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "an order") })
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Getenv("ADDR"), nil))
}
`)
	out, code := run(t, "", nil, program, "add", "docker", "systemd", "github", "dependabot", "securitymd", "headers", "hosts", "health", "metrics", "--dir", repo, "--yes",
		"--set", "hosts.allow=shop.example.com")
	if code != 0 {
		t.Fatalf("hardwright add: exit %d\n%s", code, out)
	}
	return repo
}

func TestForeignWorkflowsLint(t *testing.T) {
	lint := tool(t, "github.com/rhysd/actionlint/cmd/actionlint", actionlint)
	for folder, main := range map[string]string{".": "cmd/orders", "services/orders": "."} {
		repo := stranger(t, folder, main)
		commit(t, repo)
		found, err := filepath.Glob(filepath.Join(repo, ".github", "workflows", "*.yml"))
		if err != nil || len(found) != 2 {
			t.Fatalf("%s: workflows %v, %v", folder, found, err)
		}
		if out, code := run(t, repo, nil, lint, append([]string{"-shellcheck", "shellcheck"}, found...)...); code != 0 || out != "" {
			t.Errorf("%s: exit %d\n%s", folder, code, out)
		}
	}
}

func TestForeignUnit(t *testing.T) {
	unit := filepath.Join(t.TempDir(), "orders.service")
	write(t, unit, strings.ReplaceAll(read(t, filepath.Join(stranger(t, ".", "cmd/orders"), "deploy", "systemd", "orders.service")), "=/usr/local/bin/orders\n", "=/bin/true\n"))
	if out, code := run(t, "", nil, "systemd-analyze", "security", "--offline=true", "--threshold="+exposure, unit); code != 0 {
		t.Errorf("it is too exposed:\n%s", out)
	}
	if out, code := run(t, filepath.Dir(unit), nil, "systemd-analyze", "verify", "--man=no", unit); code != 0 || strings.TrimSpace(out) != "" {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// The Dockerfile is built as it is, the image looked into, and the program run from it with every right taken away.
func TestForeignImage(t *testing.T) {
	repo := stranger(t, ".", "cmd/orders")
	commit(t, repo)
	canary := "canary" + random("abcdefghijklmnopqrstuvwxyz", 24)
	for _, name := range []string{".env", "config/.env.production", "private.key", "certs/private.pem"} {
		write(t, filepath.Join(repo, name), canary)
	}
	e := start(t)
	e.importBuilder(t, repo, builderOf(t, repo))
	e.must(t, "build", "--tag", "orders", repo)

	if user := strings.TrimSpace(e.must(t, "image", "inspect", "--format", "{{.Config.User}}", "orders")); user != "65532:65532" {
		t.Errorf("runs as %q", user)
	}
	e.must(t, "create", "--name", "look", "orders")
	// What docker puts into every container is not of the image.
	engine := []string{".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"}
	var programs []string
	r := tar.NewReader(strings.NewReader(e.must(t, "export", "look")))
	e.must(t, "rm", "--volumes", "look")
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), canary) {
			t.Errorf("%s holds a secret", h.Name)
		}
		if mode := h.FileInfo().Mode(); mode&0o111 != 0 && !slices.Contains(engine, h.Name) {
			programs = append(programs, h.Name)
		}
	}
	if !slices.Equal(programs, []string{"orders"}) {
		t.Errorf("programs: %v, want orders alone", programs)
	}

	e.must(t, slices.Concat([]string{"run", "--detach", "--name", "service", "--publish", "127.0.0.1::8080", "--env", "ADDR=0.0.0.0:8080"}, hardened, []string{"orders"})...)
	defer e.must(t, "rm", "--force", "service")
	if status := strings.Join(strings.Fields(e.must(t, "top", "service", "-eo", "pid,uid,args")), " "); !strings.Contains(status, "65532 /orders") {
		t.Errorf("runs as: %s", status)
	}
	url := "http://" + strings.TrimSpace(e.must(t, "port", "service", "8080/tcp"))
	get := func(path, host string) (int, string) {
		req, err := http.NewRequest(http.MethodGet, url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		res, err := (&http.Client{Timeout: 5 * time.Second}).Do(req)
		if err != nil {
			return 0, err.Error()
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body) // what came
		return res.StatusCode, string(b)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		status, said := get("/livez", "")
		if status == http.StatusOK {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("not alive: %d %s\n%s", status, said, e.must(t, "logs", "service"))
		}
	}
	for _, tt := range []struct {
		path, host string
		want       int
	}{{"/", "shop.example.com", http.StatusOK}, {"/", "evil.example", http.StatusMisdirectedRequest}} {
		if status, said := get(tt.path, tt.host); status != tt.want {
			t.Errorf("%s at %s: %d, want %d: %s", tt.path, tt.host, status, tt.want, said)
		}
	}
	if _, said := get("/metrics", "shop.example.com"); said != "an order\n" {
		t.Errorf("metrics are public: %s", said)
	}
}

// The package passes the linters that people run by default.
func TestForeignCodeLints(t *testing.T) {
	repo := stranger(t, ".", "cmd/orders")
	write(t, filepath.Join(repo, ".golangci.yml"), "version: \"2\"\nlinters:\n  default: standard\n  enable: [gosec, errorlint, bidichk, unconvert]\n")
	if out, code := run(t, repo, []string{"GOFLAGS=-buildvcs=false"}, shipped(t, choice{"none", "none"}.generate(t), golangci), "run", "./internal/guard/..."); code != 0 {
		t.Errorf("exit %d\n%s", code, out)
	}
}
