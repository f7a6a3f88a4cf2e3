package dbtest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// startTimeout is generous: a loaded machine, a cold disk cache.
const startTimeout = 30 * time.Second

// settings suit a server that lives for a minute: what it holds has to survive Kill, but not a crash of the machine.
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 400
shared_buffers = 16MB
fsync = off
full_page_writes = off
ssl = on
ssl_min_protocol_version = 'TLSv1.3'
password_encryption = 'scram-sha-256'
log_min_messages = warning
`

// access lets nobody in without TLS and a password.
const access = "hostssl all all 127.0.0.1/32 scram-sha-256\n"

// keeper ends the server when its standard input ends, which is when the test binary ends, even by a signal that no Go code
// can catch. A line on the input ends the server and keeps its files.
const keeper = `trap '' INT TERM HUP
"$1" -D "$2/data" -p "$3" >>"$2/log" 2>&1 </dev/null &
pid=$!
if read -r _; then kill -QUIT $pid; wait $pid; exit; fi
kill -QUIT $pid; wait $pid; rm -rf "$2"`

// A Server is a PostgreSQL server of this test binary.
type Server struct {
	dir      string
	postgres string // the program
	password string // of the role admin
	port     int

	keeper *exec.Cmd
	input  io.WriteCloser
}

// Start starts a server of the test's own, which the test may kill.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.input.Close() // it may be closed already; then its keeper is gone too
		_ = s.keeper.Wait() // it was killed: no other result is expected
		_ = os.RemoveAll(s.dir)
	})
	return s
}

// New returns a new database on the server.
func (s *Server) New(t testing.TB) Database {
	t.Helper()
	return create(t, s.adminURL())
}

// Kill ends the server at once, as a crash would.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	if _, err := io.WriteString(s.input, "\n"); err != nil {
		t.Fatal(err)
	}
	_ = s.keeper.Wait() // says how the server ended, which was by our signal
}

// Revive starts the server again after Kill, at the same address with the same data.
func (s *Server) Revive(t testing.TB) {
	t.Helper()
	if err := s.begin(); err != nil {
		t.Fatal(err)
	}
}

func start() (s *Server, err error) {
	initdb, err := program("initdb")
	if err != nil {
		return nil, err
	}
	s = &Server{postgres: filepath.Join(filepath.Dir(initdb), "postgres"), password: random(16)}
	if s.dir, err = os.MkdirTemp("", "postgres-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(s.dir) // the error that brought us here counts
		}
	}()
	if err := os.Chmod(s.dir, 0o755); err != nil { //nolint:gosec // the certificate in it is for everybody; the data folder is not
		return nil, err
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	if err := certificates(s.dir); err != nil {
		return nil, err
	}
	if err := os.WriteFile(s.file("password"), []byte(s.password), 0o600); err != nil {
		return nil, err
	}
	if err := giveAway(s.dir, s.file("password"), s.file("server.key")); err != nil {
		return nil, err
	}
	var said bytes.Buffer
	c := exec.Command(initdb, "-D", s.file("data"), "-U", "admin", "--pwfile", s.file("password"), //nolint:gosec // found on PATH
		"-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync")
	c.SysProcAttr, c.Dir, c.Stdout, c.Stderr = unprivileged(), s.dir, &said, &said
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, said.Bytes())
	}
	more := settings + "ssl_cert_file = '" + s.file("server.crt") + "'\nssl_key_file = '" + s.file("server.key") + "'\n"
	if err := appendTo(filepath.Join(s.file("data"), "postgresql.conf"), more); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(s.file("data"), "pg_hba.conf"), []byte(access), 0o600); err != nil {
		return nil, err
	}
	return s, s.begin()
}

// begin starts the server with its keeper and waits until it lets somebody in.
func (s *Server) begin() (err error) {
	c := exec.Command("sh", "-c", keeper, "sh", s.postgres, s.dir, strconv.Itoa(s.port)) //nolint:gosec // our own script
	c.SysProcAttr, c.Dir = unprivileged(), s.dir
	if s.input, err = c.StdinPipe(); err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	s.keeper = c
	db, err := sql.Open("pgx", s.adminURL())
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		if ctx.Err() != nil {
			log, _ := os.ReadFile(s.file("log")) // if there is none, the error has to do
			_ = s.input.Close()
			return fmt.Errorf("start postgres: %w\n%s", err, log)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *Server) file(name string) string { return filepath.Join(s.dir, name) }

func (s *Server) adminURL() string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword("admin", s.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)),
		Path:     "/postgres",
		RawQuery: url.Values{"sslmode": {"verify-full"}, "sslrootcert": {s.file("ca.crt")}}.Encode(),
	}
	return u.String()
}

// program finds a server program: on PATH, or where Debian keeps those that only the server's user is meant to call.
func program(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name) // the pattern is well formed
		if len(found) == 0 {
			return "", errors.New("no PostgreSQL server: " + name + " is not on PATH")
		}
		path = found[len(found)-1]
	}
	return filepath.EvalSymlinks(path) // its siblings stand beside it
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err := errors.Join(err, l.Close()); err != nil {
		return 0, err
	}
	return strconv.Atoi(port)
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0) //nolint:gosec // a file that initdb wrote
	if err != nil {
		return err
	}
	_, err = io.Copy(f, strings.NewReader(text))
	return errors.Join(err, f.Close())
}
