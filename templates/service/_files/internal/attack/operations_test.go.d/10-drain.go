package attack

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// SIGTERM loses no request in flight, /readyz says 503 before the listener closes, and the program exits with 0 (I14).
func TestDrain(t *testing.T) {
	t.Parallel()
	s := start(t, "RATE_LIMIT=1000000/1s", "DRAIN_DELAY=1s")

	// One request that is half sent when the signal comes.
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	report := `{"csp-report":{"violated-directive":"script-src"}}`
	fmt.Fprintf(conn, "POST /api/v1/csp-report HTTP/1.1\r\nHost: %s\r\nContent-Type: application/csp-report\r\nContent-Length: %d\r\n\r\n%s",
		strings.TrimPrefix(s.URL, "http://"), len(report), report[:10])

	// And a load of short ones, from somebody who heeds /readyz as a balancer does. Connections that the kernel has completed and
	// the program has not accepted when the listener closes are reset; the drain delay is there so that nobody makes them.
	var wg sync.WaitGroup
	var mu sync.Mutex
	var heard atomic.Bool // the signal is sent and /readyz has said 503
	answered, lost := 0, []error(nil)
	for range 4 {
		c := s.client(t)
		wg.Go(func() {
			for !heard.Load() {
				res, err := c.try("GET", "/api/v1/ping", nil, "Connection", "close")
				mu.Lock()
				answered++
				if err != nil {
					lost = append(lost, err)
				} else if res.Status != http.StatusOK {
					lost = append(lost, fmt.Errorf("status %d", res.Status))
				}
				mu.Unlock()
			}
		})
	}
	time.Sleep(50 * time.Millisecond) // let the load run; nothing depends on how much of it
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	unready := false
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && !unready; time.Sleep(5 * time.Millisecond) {
		res, err := s.client(t).try("GET", "/readyz", nil)
		if err != nil {
			t.Fatalf("the listener closed before /readyz said 503: %v", err)
		}
		unready = res.Status == http.StatusServiceUnavailable
	}
	if !unready {
		t.Error("/readyz never said 503")
	}
	heard.Store(true)
	wg.Wait()
	if _, err := conn.Write([]byte(report[10:])); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("the request in flight was lost: %v", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		t.Errorf("the request in flight: status %d", res.StatusCode)
	}
	if code := s.wait(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if answered == 0 || len(lost) > 0 {
		t.Errorf("%d requests answered, %d lost: %v", answered, len(lost), lost)
	}
}
