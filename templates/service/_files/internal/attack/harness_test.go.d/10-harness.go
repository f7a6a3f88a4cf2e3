// Package attack is black box: it runs the real program with its real settings and talks to it as a stranger,
// a client or an attacker would. It holds tests only and imports nothing of the service.
package attack

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const (
	startTimeout = 20 * time.Second // generous: a loaded machine, a cold database
	stopTimeout  = 30 * time.Second // longer than SHUTDOWN_TIMEOUT
)

// program is the binary under attack, built once.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "attack-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the unprivileged user must reach the program
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() {
			if common.service != nil {
				common.service.kill()
			}
		}()
		// Another way to run the service, such as a script that starts a container with these arguments and this environment.
		if program = os.Getenv("ATTACK_PROGRAM"); program != "" {
			return m.Run()
		}
		program = filepath.Join(dir, "service")
		build := exec.Command("go", "build", "-o", program, "./cmd/"+name)
		build.Dir = filepath.Join("..", "..")
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "build the service:", err)
			return 1
		}
		return m.Run()
	}())
}

// A service is a running program.
type service struct {
	URL      string
	AdminURL string

	dir  string   // its working directory, where .secrets and a database file are
	env  []string // everything it was started with
	cmd  *exec.Cmd
	out  *output
	done chan struct{} // closed when it has ended
}

var common struct {
	sync.Mutex
	service *service
}

// shared returns the one service for tests that need no settings of their own. Its general rate limit is out of the way;
// each client has an address of its own, so that the other limits count per test.
func shared(t *testing.T) *service {
	t.Helper()
	common.Lock()
	defer common.Unlock()
	if common.service == nil {
		common.service = launch(t, "RATE_LIMIT=1000000/1s")
	}
	return common.service
}

// start runs a service with env on top of settings that work, and ends it with the test.
func start(t *testing.T, env ...string) *service {
	t.Helper()
	s := launch(t, env...)
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			said := s.logs()
			t.Logf("the service said last:\n%s", said[max(0, len(said)-4000):])
		}
	})
	return s
}

func launch(t *testing.T, env ...string) *service {
	t.Helper()
	s := prepare(t, env...)
	if err := s.begin(); err != nil {
		t.Fatalf("start the service: %v\n%s", err, s.logs())
	}
	return s
}

// prepare makes a service that is ready to begin: a folder of its own, its keys, a current schema.
func prepare(t *testing.T, env ...string) *service {
	t.Helper()
	dir, err := os.MkdirTemp("", "attack-")
	if err != nil {
		t.Fatal(err)
	}
	if err := giveAway(dir); err != nil {
		t.Fatal(err)
	}
	s := &service{dir: dir, out: &output{}}
	s.env = append(s.env,
		"PATH="+os.Getenv("PATH"), "HOME="+dir, "TMPDIR="+os.TempDir(),
		"ADDR=127.0.0.1:0", "ADMIN_ADDR=127.0.0.1:0",
		// Loopback plays the proxy, so that each client can have an address of its own.
		"BEHIND_PROXY=true", "TRUSTED_PROXIES=127.0.0.1",
	)
	for variable, file := range secretFiles {
		s.env = append(s.env, variable+"="+filepath.Join(".secrets", file))
	}
	s.env = append(s.env, needed...)
	database := databaseEnv(t, dir)
	s.env = append(s.env, database...)
	if len(secretFiles) > 0 {
		s.must(t, "keygen", "--missing")
	}
	if database != nil {
		s.must(t, "migrate")
	}
	s.env = append(s.env, env...) // after what has to work: a test may start the service with settings that don't
	return s
}

// begin starts the program and waits until it listens.
func (s *service) begin() error {
	s.done = make(chan struct{})
	s.cmd = s.command(context.Background(), "serve")
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	s.cmd.Stderr = s.out
	if err := s.cmd.Start(); err != nil {
		return err
	}
	listening := make(chan struct{})
	go func() {
		lines := bufio.NewScanner(stdout)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			_, _ = s.out.Write(append(lines.Bytes(), '\n'))
			var line struct{ Msg, Address, Admin string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" {
				s.URL, s.AdminURL = "http://"+line.Address, "http://"+line.Admin
				close(listening)
			}
		}
		_ = s.cmd.Wait() // the exit code is in ProcessState
		close(s.done)
	}()
	select {
	case <-listening:
		return nil
	case <-s.done:
		return fmt.Errorf("it ended: %v", s.cmd.ProcessState)
	case <-time.After(startTimeout):
		s.kill()
		return errors.New("it does not listen")
	}
}

func (s *service) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, program, args...)
	c.Dir, c.Env = s.dir, s.env
	c.SysProcAttr = unprivileged()
	return c
}

// run runs another subcommand with the service's settings and returns what it printed and its exit code.
func (s *service) run(t *testing.T, args ...string) (string, int) {
	t.Helper()
	return s.runWith(t, "", args...)
}

// runWith is run with standard input.
func (s *service) runWith(t *testing.T, stdin string, args ...string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	c := s.command(ctx, args...)
	c.Stdin = strings.NewReader(stdin)
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %v: %v", args, err)
	}
	return string(out), c.ProcessState.ExitCode()
}

// must is run for what has to work.
func (s *service) must(t *testing.T, args ...string) string {
	t.Helper()
	out, code := s.run(t, args...)
	if code != 0 {
		t.Fatalf("%v: exit %d\n%s", args, code, out)
	}
	return out
}

// stop sends SIGTERM, waits and returns the exit code.
func (s *service) stop(t *testing.T) int {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	return s.wait(t)
}

// wait waits for the end of the program and returns its exit code.
func (s *service) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-s.done:
	case <-time.After(stopTimeout):
		t.Fatal("the service does not stop")
	}
	return s.cmd.ProcessState.ExitCode()
}

func (s *service) kill() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill() // it may have ended by itself
		<-s.done
	}
	_ = os.RemoveAll(s.dir)
}

// logs is everything that the program has written so far.
func (s *service) logs() string { return s.out.String() }

// events returns the security events of one type so far. A line may still be on its way when the response has arrived: it waits until
// no further one has come for a while, and up to a second for the first.
func (s *service) events(t *testing.T, kind string) []map[string]any {
	t.Helper()
	const quiet = 250 * time.Millisecond
	var found []map[string]any
	for last, end := time.Now(), time.Now().Add(time.Second); ; time.Sleep(20 * time.Millisecond) {
		was := len(found)
		found = nil
		for line := range strings.Lines(s.logs()) {
			var fields map[string]any
			if json.Unmarshal([]byte(line), &fields) == nil && fields["event"] == kind {
				found = append(found, fields)
			}
		}
		if len(found) != was {
			last = time.Now()
		}
		if len(found) > 0 && time.Since(last) > quiet || time.Now().After(end) && len(found) == 0 {
			return found
		}
	}
}

// raw sends bytes as they are and returns all that comes back until the other side closes or falls silent.
func (s *service) raw(t *testing.T, request string) string {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "{host}", u.Host)); err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(conn) // the deadline ends a connection that is kept alive
	return string(answer)
}

// A client is somebody with an address, cookies and perhaps a token of its own.
type client struct {
	t       *testing.T
	service *service
	http    *http.Client
	address string
	cookies map[string]string
	bearer  string // sent as Authorization: Bearer
	id      string // of the user, where there is one
	email   string
	secret  string // the password, where there is one
}

var addresses atomic.Uint32

// client returns a new client with an address of its own, from the range that RFC 2544 keeps for tests.
func (s *service) client(t *testing.T) *client {
	n := addresses.Add(1)
	return &client{
		t:       t,
		service: s,
		http: &http.Client{
			Timeout:       15 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		address: fmt.Sprintf("198.18.%d.%d", n>>8&0xff, n&0xff),
		cookies: map[string]string{},
	}
}

// A response is read to its end.
type response struct {
	t      *testing.T
	Status int
	Header http.Header
	Body   []byte
}

// do sends a request. A nil body sends none, a string or []byte is sent as it is, anything else as JSON. Headers are pairs; an
// empty value removes one.
func (c *client) do(method, path string, body any, headers ...string) *response {
	c.t.Helper()
	res, err := c.try(method, path, body, headers...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res
}

// try is do for requests that may fail to get an answer.
func (c *client) try(method, path string, body any, headers ...string) (*response, error) {
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	default:
		j, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader(j)
	}
	target := path
	if strings.HasPrefix(path, "/") {
		target = c.service.URL + path
	}
	req, err := http.NewRequest(method, target, reader)
	if err != nil {
		return nil, err
	}
	if reader != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-Forwarded-For", c.address)
	for name, value := range c.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if c.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		switch name, value := headers[i], headers[i+1]; {
		case strings.EqualFold(name, "Host"):
			req.Host = value
		case value == "":
			req.Header.Del(name)
		default:
			req.Header.Set(name, value)
		}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	for _, cookie := range res.Cookies() {
		if cookie.MaxAge < 0 || cookie.Value == "" {
			delete(c.cookies, cookie.Name)
		} else {
			c.cookies[cookie.Name] = cookie.Value
		}
	}
	return &response{t: c.t, Status: res.StatusCode, Header: res.Header, Body: b}, nil
}

// want fails the test unless the status is as said, and returns the response.
func (r *response) want(status int) *response {
	r.t.Helper()
	if r.Status != status {
		r.t.Fatalf("status %d, want %d: %s", r.Status, status, r.Body)
	}
	return r
}

// json reads the body.
func (r *response) json(into any) {
	r.t.Helper()
	if err := json.Unmarshal(r.Body, into); err != nil {
		r.t.Fatalf("read %q: %v", r.Body, err)
	}
}

// slug is the kind of a problem, "" if the body is not a problem.
func (r *response) slug() string {
	var p struct {
		Type string `json:"type"`
	}
	if r.Header.Get("Content-Type") != "application/problem+json" || json.Unmarshal(r.Body, &p) != nil {
		return ""
	}
	return strings.TrimPrefix(p.Type, "/problems/")
}

// output collects what a program writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
