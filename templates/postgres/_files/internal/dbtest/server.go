package dbtest

import (
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

// keeper makes the server's files if there are none, runs it, and ends it when its standard input ends, which is when the test
// binary ends, even by a signal that no Go code can catch. A line on the input ends the server and keeps its files.
const keeper = `trap '' INT TERM HUP
bin=$1 dir=$2 port=$3
[ -e "$dir/data/PG_VERSION" ] || "$bin/initdb" -D "$dir/data" -U admin --pwfile "$dir/password" -A scram-sha-256 -E UTF8 --locale=C --no-sync >>"$dir/log" 2>&1
"$bin/postgres" -D "$dir/data" -c config_file="$dir/postgresql.conf" -p "$port" >>"$dir/log" 2>&1 </dev/null &
pid=$!
if read -r _; then kill -QUIT $pid; wait $pid; exit; fi
kill -QUIT $pid; wait $pid; rm -rf "$dir"`

// A Server is a PostgreSQL server of this test binary.
type Server struct {
	dir      string
	programs string // the folder of initdb and postgres
	password string // of the role admin
	port     int

	input io.WriteCloser // of the keeper
	ended chan struct{}  // closed when the keeper has
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
		<-s.ended
		_ = os.RemoveAll(s.dir) // what is left after Kill
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
	<-s.ended
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
	s = &Server{programs: filepath.Dir(initdb), password: random(16)}
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
	more := fmt.Sprintf("hba_file = '%s'\nssl_cert_file = '%s'\nssl_key_file = '%s'\n", s.file("pg_hba.conf"), s.file("server.crt"), s.file("server.key"))
	private := map[string]string{"postgresql.conf": settings + more, "pg_hba.conf": access, "password": s.password}
	for name, text := range private {
		if err := os.WriteFile(s.file(name), []byte(text), 0o600); err != nil {
			return nil, err
		}
		if err := giveAway(s.file(name)); err != nil {
			return nil, err
		}
	}
	if err := giveAway(s.dir, s.file("server.key")); err != nil {
		return nil, err
	}
	return s, s.begin()
}

// begin starts the server with its keeper and waits until it lets somebody in.
func (s *Server) begin() (err error) {
	c := exec.Command("sh", "-c", keeper, "sh", s.programs, s.dir, strconv.Itoa(s.port)) //nolint:gosec // our own script
	c.SysProcAttr, c.Dir = unprivileged(), s.dir
	if s.input, err = c.StdinPipe(); err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	s.ended = make(chan struct{})
	go func() {
		_ = c.Wait() // says how the server ended, which was by our signal
		close(s.ended)
	}()
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
			log, _ := os.ReadFile(s.file("log")) // without one, the error has to do
			_ = s.input.Close()
			<-s.ended
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
	return filepath.EvalSymlinks(path) // its siblings are next to it
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
