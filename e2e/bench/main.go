// Command bench measures hardwright and the service it writes, and prints the tables of the README.
//
//	go run ./e2e/bench generation    # a whole run of new against cp -r of the same tree
//	go run ./e2e/bench changes       # add and remove in a service that is there
//	go run ./e2e/bench foreign       # the server of a repository of others, by the number of its files
//	go run ./e2e/bench service       # requests per second through the full chain, against three baselines
//
// Runs are interleaved and the median of the ratios is printed: these numbers compare, they do not promise. The service table needs
// wrk (Debian), node and npm. Nothing here is a test: no run fails for being slow.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 && args[0] == "bare" {
		return bare(args[1:]) // the baseline processes of the service table
	}
	if len(args) == 0 {
		args = []string{"generation", "changes", "foreign", "service"}
	}
	dir, err := os.MkdirTemp("", "hardwright-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "hardwright")
	if err := command("", "go", "build", "-o", program, "."); err != nil {
		return err
	}
	for _, what := range args {
		switch what {
		case "generation":
			err = generation(dir, program)
		case "changes":
			err = changes(dir, program)
		case "foreign":
			err = foreign(dir, program)
		case "service":
			err = service(dir, program)
		default:
			err = fmt.Errorf("%q: want generation, changes, foreign or service", what)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// command runs a program and shows what it says only if it fails.
func command(dir, name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// generation compares new with a copy of what it writes, on one file system.
func generation(dir, program string) error {
	const rounds = 15
	tree := filepath.Join(dir, "tree")
	if err := command(dir, program, "new", "tree", "--yes", "--quiet", "--git=false"); err != nil {
		return err
	}
	files, err := count(tree)
	if err != nil {
		return err
	}
	var ratios, cpu, wall, cp []float64
	for i := range rounds {
		made := exec.Command(program, "new", "tree"+strconv.Itoa(i), "--name", "tree", "--yes", "--quiet", "--git=false")
		made.Dir = dir
		t, err := timed(made)
		if err != nil {
			return err
		}
		copied := exec.Command("cp", "-r", tree, filepath.Join(dir, "copy"+strconv.Itoa(i)))
		c, err := timed(copied)
		if err != nil {
			return err
		}
		wall, cp, ratios = append(wall, ms(t)), append(cp, ms(c)), append(ratios, t.Seconds()/c.Seconds())
		cpu = append(cpu, ms(made.ProcessState.UserTime()+made.ProcessState.SystemTime()))
	}
	fmt.Printf("| generation, %d files | median of %d | limit |\n|---|---|---|\n", files, rounds)
	fmt.Printf("| wall time | %.0f ms | |\n| cp -r of the same tree | %.0f ms | |\n| ratio | %.1f | 6 |\n| CPU time | %.0f ms | 60 ms |\n\n", median(wall), median(cp), median(ratios), median(cpu))
	return nil
}

// count counts the files below dir.
func count(dir string) (n int, err error) {
	err = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	return n, err
}

func timed(c *exec.Cmd) (time.Duration, error) {
	began := time.Now()
	out, err := c.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%v: %w\n%s", c.Args, err, out)
	}
	return time.Since(began), nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// service compares GET /api/v1/ping through the full chain with a bare handler, a bare handler that writes the same headers,
// and the Express stack of the guides.
func service(dir, program string) error {
	const rounds = 5
	if err := command(dir, program, "new", "orders", "--yes", "--quiet", "--git=false"); err != nil {
		return err
	}
	orders := filepath.Join(dir, "orders")
	binary := filepath.Join(dir, "orders.bin")
	if err := command(orders, "go", "build", "-o", binary, "./cmd/orders"); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(dir, "express"), os.DirFS("e2e/bench/express")); err != nil {
		return err
	}
	if err := command(filepath.Join(dir, "express"), "npm", "install", "--no-audit", "--no-fund", "--silent"); err != nil {
		return err
	}

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	secrets := filepath.Join(orders, ".secrets")
	address, err := free()
	if err != nil {
		return err
	}
	env := append(os.Environ(), "ADDR="+address, "ADMIN_ADDR=127.0.0.1:0", "RATE_LIMIT=1000000000/1s", "ALLOW_ROOT=true",
		"PASSWORD_PEPPER_FILE="+filepath.Join(secrets, "password-pepper"), "ENCRYPTION_KEYS_FILE="+filepath.Join(secrets, "encryption-keys"))
	for _, args := range [][]string{{"keygen", "--missing"}, {"migrate"}} {
		c := exec.Command(binary, args...)
		c.Dir, c.Env = orders, env
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", args, err, out)
		}
	}
	full := "http://" + address
	ready, err := serve(ctx, orders, env, binary, full)
	if err != nil {
		return err
	}
	head, err := http.Get(full + "/api/v1/ping")
	if err != nil {
		return err
	}
	head.Body.Close()
	headers := []string{"bare"}
	for name, values := range head.Header {
		headers = append(headers, name+": "+values[0])
	}
	url := regexp.MustCompile(`(127\.0\.0\.1:\d+)`)
	plain, _, err := launch(ctx, dir, os.Environ(), url, self, "bare")
	if err != nil {
		return err
	}
	same, _, err := launch(ctx, dir, os.Environ(), url, self, headers...)
	if err != nil {
		return err
	}
	express, _, err := launch(ctx, filepath.Join(dir, "express"), append(os.Environ(), "NODE_ENV=production"), url, "node", "server.js")
	if err != nil {
		return err
	}
	rate := map[string][]float64{}
	var vsPlain, vsSame, vsExpress []float64
	for range rounds {
		var now [4]float64
		for i, target := range []string{full, plain, same, express} {
			if now[i], err = load(target + "/api/v1/ping"); err != nil {
				return err
			}
			rate[target] = append(rate[target], now[i])
		}
		vsPlain, vsSame, vsExpress = append(vsPlain, now[0]/now[1]), append(vsSame, now[0]/now[2]), append(vsExpress, now[0]/now[3])
	}
	fmt.Printf("| GET /api/v1/ping, 64 connections | requests/s | full chain to it | limit |\n|---|---|---|---|\n")
	fmt.Printf("| full chain | %.0f | | |\n", median(rate[full]))
	fmt.Printf("| bare net/http handler | %.0f | %.0f %% | 60 %% |\n", median(rate[plain]), 100*median(vsPlain))
	fmt.Printf("| bare handler, same headers | %.0f | %.0f %% | 85 %% |\n", median(rate[same]), 100*median(vsSame))
	fmt.Printf("| Express, helmet, express-rate-limit, JSON limit, token check | %.0f | %.1f × | 4 × |\n", median(rate[express]), median(vsExpress))
	fmt.Printf("| start to ready (sqlite) | %.0f ms | | 100 ms |\n\n", ms(ready))
	return nil
}

// free is a loopback address that nobody uses now.
func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// serve starts the service with its log to the null device and returns how long it took to be ready.
func serve(ctx context.Context, dir string, env []string, binary, url string) (time.Duration, error) {
	c := exec.CommandContext(ctx, binary, "serve")
	c.Dir, c.Env, c.Stderr = dir, env, os.Stderr
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	began := time.Now()
	if err := c.Start(); err != nil {
		return 0, err
	}
	for time.Since(began) < 20*time.Second {
		res, err := http.Get(url + "/readyz")
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		_ = res.Body.Close() // nothing of it is wanted
		if res.StatusCode == http.StatusOK {
			took := time.Since(began)
			go func() { _ = c.Wait() }() // it is stopped on purpose
			return took, nil
		}
	}
	return 0, errors.Join(fmt.Errorf("%s does not get ready", binary), c.Process.Kill())
}

// launch starts a program and waits for the line that has its address; what it prints later goes nowhere.
func launch(ctx context.Context, dir string, env []string, address *regexp.Regexp, name string, args ...string) (string, time.Duration, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir, c.Env, c.Stderr = dir, env, os.Stderr
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	out, err := c.StdoutPipe()
	if err != nil {
		return "", 0, err
	}
	began := time.Now()
	if err := c.Start(); err != nil {
		return "", 0, err
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if m := address.FindStringSubmatch(line); m != nil {
			took := time.Since(began)
			go func() { _, _ = io.Copy(io.Discard, lines); _ = c.Wait() }() //nolint:errcheck // it is stopped on purpose
			return "http://" + m[1], took, nil
		}
		if err != nil {
			return "", 0, errors.Join(fmt.Errorf("%s printed no address", name), err, c.Wait())
		}
	}
}

var perSecond = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)

// load runs wrk for three seconds and returns the requests per second.
func load(url string) (float64, error) {
	out, err := exec.Command("wrk", "-t1", "-c64", "-d3s", url).CombinedOutput()
	m := perSecond.FindSubmatch(out)
	if err != nil || m == nil || strings.Contains(string(out), "Non-2xx") {
		return 0, fmt.Errorf("wrk %s: %w\n%s", url, err, out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// bare serves the body of the ping by itself, with the given headers.
func bare(headers []string) error {
	body := []byte(`{"status":"ok"}`)
	values := http.Header{}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name != "Content-Length" && name != "Date" {
			values[name] = []string{value}
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	s := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, v := range values {
			h[name] = v
		}
		_, _ = w.Write(body)
	})}
	return s.Serve(l)
}
