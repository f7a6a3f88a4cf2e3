package deploy

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The Dockerfile is built as it is, the image looked into, and the service run from it with every right taken away.
func TestImage(t *testing.T) {
	service := choice{"sqlite", "session"}.generate(t)
	// What must never reach the image: history, keys, settings.
	commit(t, service)
	canary := "canary" + random("abcdefghijklmnopqrstuvwxyz", 24)
	for _, name := range []string{".env", ".secrets/encryption-keys", "private.key", "internal/.hidden", "notes.txt", "build/orders"} {
		write(t, filepath.Join(service, name), canary)
	}
	e := start(t)
	e.importBuilder(t, service, builderOf(t, service))
	e.must(t, "build", "--tag", "orders", service)

	t.Run("facts", func(t *testing.T) { e.facts(t, canary) })
	t.Run("run", func(t *testing.T) {
		settings := e.runs(t)
		e.refusesRoot(t, settings)
	})
	t.Run("again", func(t *testing.T) {
		layers := func() string { return e.must(t, "image", "inspect", "--format", "{{json .RootFS.Layers}}", "orders") }
		first := layers()
		time.Sleep(1100 * time.Millisecond) // dates of files have seconds
		e.must(t, "build", "--no-cache", "--tag", "orders", service)
		if second := layers(); first != second {
			t.Errorf("two builds of the same files differ: %s, %s", first, second)
		}
	})
	t.Run("attack", func(t *testing.T) { e.attack(t, service) })
	t.Run("compose", func(t *testing.T) { e.composes(t, service) })
}

// facts looks at the image as a stranger who pulled it would.
func (e *engine) facts(t *testing.T, canary string) {
	var images []struct {
		Config struct {
			User         string
			Env          []string
			Entrypoint   []string
			Cmd          []string
			Shell        []string
			Volumes      map[string]any
			Healthcheck  struct{ Test []string }
			ExposedPorts map[string]any
		}
		RootFS struct{ Layers []string }
	}
	if err := json.Unmarshal([]byte(e.must(t, "image", "inspect", "orders")), &images); err != nil {
		t.Fatal(err)
	}
	c := images[0].Config
	if c.User != "65532:65532" {
		t.Errorf("runs as %q", c.User)
	}
	if !slices.Equal(c.Entrypoint, []string{"/orders"}) || !slices.Equal(c.Cmd, []string{"serve"}) {
		t.Errorf("runs %v %v", c.Entrypoint, c.Cmd)
	}
	if !slices.Equal(c.Healthcheck.Test, []string{"CMD", "/orders", "healthcheck"}) {
		t.Errorf("health check: %v", c.Healthcheck.Test)
	}
	for _, v := range c.Env {
		if name, _, _ := strings.Cut(v, "="); !slices.Contains([]string{"PATH", "ADDR", "DATABASE_URL"}, name) {
			t.Errorf("the image sets %s", name)
		}
	}
	if !slices.Contains(c.Env, "ADDR=0.0.0.0:8080") || !slices.Contains(c.Env, "DATABASE_URL=file:/data/orders.db") || len(c.Volumes) != 1 {
		t.Errorf("environment %v, volumes %v", c.Env, c.Volumes)
	}
	// One layer: what a later layer hides would still be in the image.
	if len(images[0].RootFS.Layers) != 1 {
		t.Errorf("%d layers, want 1", len(images[0].RootFS.Layers))
	}

	history := e.must(t, "history", "--no-trunc", "orders")
	if strings.Contains(history, canary) || strings.Contains(strings.ToLower(history), "secret") {
		t.Errorf("the history tells a secret:\n%s", history)
	}

	e.must(t, "create", "--name", "look", "orders")
	defer e.must(t, "rm", "--volumes", "look")
	files := map[string]*tar.Header{}
	r := tar.NewReader(strings.NewReader(e.must(t, "export", "look")))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimSuffix(h.Name, "/")] = h
		if h.Typeflag != tar.TypeReg {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(canary)) {
			t.Errorf("%s holds a secret", h.Name)
		}
	}
	// What docker puts into every container is not of the image.
	engine := []string{".dockerenv", "dev", "dev/console", "dev/pts", "dev/shm", "etc", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf", "proc", "sys"}
	var programs, others []string
	for name, h := range files {
		switch {
		case slices.Contains(engine, name) || h.Typeflag == tar.TypeDir:
		case h.FileInfo().Mode()&0o111 != 0:
			programs = append(programs, name)
		default:
			others = append(others, name)
		}
		if h.FileInfo().Mode()&(os.ModeSetuid|os.ModeSetgid) != 0 {
			t.Errorf("%s changes its user", name)
		}
	}
	slices.Sort(programs)
	if !slices.Equal(programs, []string{"orders"}) {
		t.Errorf("programs: %v, want orders alone", programs)
	}
	if !slices.Equal(others, []string{"etc/ssl/certs/ca-certificates.crt"}) {
		t.Errorf("files: %v, want the CA certificates alone", others)
	}
	if d := files["data"]; d == nil || d.Uid != 65532 || d.Mode&0o777 != 0o700 {
		t.Errorf("/data: %+v", d)
	}
}

// runs starts the service as compose does, by hand, and asks it what a stranger would. It returns the settings and volumes that work.
func (e *engine) runs(t *testing.T) (settings []string) {
	volumes := []string{"--volume", "data:/data", "--volume", "keys:/keys"}
	settings = []string{"--env", "PUBLIC_URL=http://localhost:8080", "--env", "ALLOWED_HOSTS=127.0.0.1,localhost", "--env", "ALLOW_PLAIN_HTTP=true",
		"--env", "SECURITY_CONTACT=mailto:security@example.com"}
	keys := e.must(t, slices.Concat([]string{"run", "--rm"}, hardened, volumes, settings, []string{"orders", "keygen", "--missing", "--dir", "/keys"})...)
	for _, m := range strings.Split(keys, "\n") {
		// made /keys/NAME for VARIABLE: …
		if f := strings.Fields(m); len(f) > 3 && f[0] == "made" {
			settings = append(settings, "--env", strings.TrimSuffix(f[3], ":")+"="+f[1])
		}
	}
	e.must(t, slices.Concat([]string{"run", "--rm"}, hardened, volumes, settings, []string{"orders", "migrate"})...)
	e.must(t, slices.Concat([]string{"run", "--detach", "--name", "service", "--publish", "127.0.0.1::8080", "--health-interval", "1s"}, hardened, volumes, settings, []string{"orders"})...)
	defer e.must(t, "rm", "--force", "service")
	address := strings.TrimSpace(e.must(t, "port", "service", "8080/tcp"))
	e.answers(t, "http://"+address)

	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		if state := strings.TrimSpace(e.must(t, "inspect", "--format", "{{.State.Health.Status}}", "service")); state == "healthy" {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("the container is %s:\n%s", state, e.must(t, "inspect", "--format", "{{json .State.Health}}", "service"))
		}
	}
	for _, shell := range []string{"/bin/sh", "sh", "/bin/busybox", "ls"} {
		if out, code := e.run(t, "exec", "service", shell, "-c", "id"); code == 0 {
			t.Errorf("%s runs in the container: %s", shell, out)
		}
	}
	status := strings.Join(strings.Fields(e.must(t, "top", "service", "-eo", "pid,uid,args")), " ")
	if !strings.Contains(status, "65532 /orders serve") {
		t.Errorf("runs as: %s", status)
	}
	e.must(t, "stop", "--time", "30", "service")
	if code := strings.TrimSpace(e.must(t, "inspect", "--format", "{{.State.ExitCode}}", "service")); code != "0" {
		t.Errorf("stopped with %s:\n%s", code, e.must(t, "logs", "service"))
	}
	return append(settings, volumes...)
}

// answers asks a service from outside, once it is ready.
func (e *engine) answers(t *testing.T, url string) {
	t.Helper()
	client := &http.Client{Timeout: 5 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(path string, headers ...string) (int, http.Header, string) {
		req, err := http.NewRequest(http.MethodGet, url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(headers); i += 2 {
			if headers[i] == "Host" {
				req.Host = headers[i+1]
			}
			req.Header.Set(headers[i], headers[i+1])
		}
		res, err := client.Do(req)
		if err != nil {
			return 0, nil, err.Error()
		}
		defer res.Body.Close()
		b, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, res.Header, string(b)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		status, _, said := get("/readyz")
		if status == http.StatusOK {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("not ready: %d %s", status, said)
		}
	}
	for path, want := range map[string]int{
		"/api/v1/ping": 200, "/livez": 200, "/openapi.json": 200, "/.well-known/security.txt": 200,
		"/api/v1/notes": 401, "/metrics": 404, "/debug/pprof/": 404, "/.git/HEAD": 404, "/.env": 404, "/.secrets/encryption-keys": 404, "/data/orders.db": 404,
		"/..%2f..%2fdata/orders.db": 404,
	} {
		status, header, body := get(path)
		if status != want {
			t.Errorf("GET %s: %d, want %d: %s", path, status, want, body)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s: without its headers: %v", path, header)
		}
	}
	if status, _, _ := get("/api/v1/ping", "Host", "evil.example"); status != http.StatusMisdirectedRequest {
		t.Errorf("a foreign host: %d, want 421", status)
	}
}

// Nobody gets a service that runs as root by giving the wrong user.
func (e *engine) refusesRoot(t *testing.T, settings []string) {
	out, code := e.run(t, slices.Concat([]string{"run", "--rm", "--user", "0:0"}, settings, []string{"orders"})...)
	if code == 0 || !strings.Contains(out, "root: ") {
		t.Errorf("as root: exit %d\n%s", code, out)
	}
}

// attack runs the service's own attack suite against containers: each service that it starts is one, without rights, on the host's loopback.
func (e *engine) attack(t *testing.T, service string) {
	if err := os.Chmod(filepath.Join(e.dir, "docker.sock"), 0o666); err != nil { // the suite starts services as the image's user
		t.Fatal(err)
	}
	wrapper := filepath.Join(e.dir, "service")
	write(t, wrapper, `#!/bin/sh
# Runs the image in place of the program: same arguments, environment, folder and user.
set -eu
set -f
names=$(env | sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/--env \1/p' | grep -v -e ' PATH$' -e ' HOME$' -e ' TMPDIR$' -e ' PWD$' -e ' DOCKER_' || true)
exec `+e.docker+` --host `+e.socket+` run --rm --interactive --network host \
  `+strings.Join(hardened, " ")+` --env TMPDIR=/tmp $names --volume "$PWD:$PWD" --workdir "$PWD" orders "$@"
`)
	if err := os.Chmod(wrapper, 0o755); err != nil {
		t.Fatal(err)
	}
	out, code := run(t, service, []string{"ATTACK_PROGRAM=" + wrapper}, "go", "test", "-count=1", "-timeout=20m", "./internal/attack")
	if code != 0 {
		t.Errorf("the attack suite against containers: exit %d\n%s", code, out)
	}
}

// composes starts everything as `make up` does: keys, schema, service. Then it does what operators do.
func (e *engine) composes(t *testing.T, service string) {
	// docker-compose calls the docker of PATH: it must be the one that belongs to this daemon.
	env := append(e.env(), "COMPOSE_DOCKER_CLI_BUILD=1", "COMPOSE_PROJECT_NAME=orders",
		"PATH="+filepath.Dir(e.docker)+string(os.PathListSeparator)+os.Getenv("PATH"))
	make := []string{"COMPOSE=docker-compose --file deploy/compose.yaml --project-name orders"}
	t.Cleanup(func() { must(t, service, env, "make", append([]string{"down"}, make...)...) })
	must(t, service, env, "make", append([]string{"up"}, make...)...)
	e.answers(t, "http://127.0.0.1:8080")
	// Again: the keys stay, and so do the data.
	must(t, service, env, "make", append([]string{"down"}, make...)...)
	must(t, service, env, "make", append([]string{"up"}, make...)...)
	e.answers(t, "http://127.0.0.1:8080")

	// What operators do, as docs/security says it.
	compose := func(shell string) string {
		t.Helper()
		return must(t, service, append(env, make[0]), "sh", "-c", strings.ReplaceAll(shell, "COMPOSE ", `make --silent compose "COMPOSE=$COMPOSE" `))
	}
	compose(`COMPOSE ARGS="exec -T service /orders user create ann@example.com" </dev/null`)
	compose(`COMPOSE ARGS="exec -T service /orders user disable ann@example.com"`)
	compose(`COMPOSE ARGS="exec -T service /orders rotate-keys"`)
	compose(`(umask 077; COMPOSE ARGS="exec -T service /orders backup -" > orders.db)`)
	if info, err := os.Stat(filepath.Join(service, "orders.db")); err != nil || info.Mode().Perm() != 0o600 || info.Size() < 4096 {
		t.Errorf("the backup: %v, %v", info, err)
	}
	if out, code := run(t, service, append(env, make[0]), "sh", "-c", `make --silent compose "COMPOSE=$COMPOSE" ARGS="run --rm --no-deps -T service restore -" < orders.db`); code == 0 {
		t.Errorf("restored under a running service: %s", out)
	}
	compose(`COMPOSE ARGS="stop service"`)
	compose(`COMPOSE ARGS="run --rm --no-deps -T service restore -" < orders.db`)
	must(t, service, env, "make", append([]string{"up"}, make...)...)
	e.answers(t, "http://127.0.0.1:8080")
	if out := compose(`COMPOSE ARGS="exec -T service /orders user enable ann@example.com"`); strings.Contains(out, "no such account") {
		t.Errorf("the restored database has no account: %s", out)
	}
}
