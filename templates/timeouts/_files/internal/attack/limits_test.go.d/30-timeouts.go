package attack

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func dial(t *testing.T, s *service) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Connections of clients that never finish their headers are closed, and others are served meanwhile (I7, CWE-400).
func TestSlowHeaders(t *testing.T) {
	t.Parallel()
	s := shared(t)
	began := time.Now()
	var slow []net.Conn
	for range 20 {
		c := dial(t, s)
		fmt.Fprintf(c, "GET /api/v1/ping HTTP/1.1\r\nHost: %s\r\nX-Slow: ", c.RemoteAddr())
		slow = append(slow, c)
	}
	s.client(t).do("GET", "/api/v1/ping", nil).want(200)
	for _, c := range slow {
		for range 3 { // a byte now and then does not help
			time.Sleep(20 * time.Millisecond)
			_, _ = c.Write([]byte("a"))
		}
		_ = c.SetReadDeadline(began.Add(9 * time.Second))
		if _, err := io.ReadAll(c); err != nil {
			t.Fatalf("still open after %v: %v", time.Since(began).Round(time.Second), err)
		}
	}
	if took := time.Since(began); took < 2*time.Second {
		t.Errorf("hung up after %v already: an honest client on a bad line would be, too", took)
	}
}

// Headers are bounded (I6, ASVS 5.0.0 V4.2.5).
func TestHeaderSize(t *testing.T) {
	t.Parallel()
	s := shared(t)
	s.client(t).do("GET", "/api/v1/ping", nil, "X-Large", strings.Repeat("a", 8<<10)).want(200)
	answer := s.raw(t, "GET /api/v1/ping HTTP/1.1\r\nHost: {host}\r\nX-Large: "+strings.Repeat("a", 40<<10)+"\r\n\r\n")
	if !strings.HasPrefix(answer, "HTTP/1.1 431 ") {
		t.Errorf("40 kB of headers: %q", firstLine(answer))
	}
}

// Connections that only wait are closed when others need their place: a few clients cannot keep everybody out (I8).
func TestIdleConnectionsMakeRoom(t *testing.T) {
	t.Parallel()
	s := start(t, "TRUSTED_PROXIES=127.0.0.1", "MAX_CONNECTIONS=8", "RATE_LIMIT=1000/1s")
	var idle []net.Conn
	for range 8 {
		c := dial(t, s)
		if answer := pinged(t, c); answer != "HTTP/1.1 200" {
			t.Fatalf("connection %d of 8: %q", len(idle)+1, answer)
		}
		idle = append(idle, c)
	}
	for i := range 4 {
		if answer := pinged(t, dial(t, s)); answer != "HTTP/1.1 200" {
			t.Errorf("newcomer %d behind 8 idle connections: %q", i+1, answer)
		}
	}
	// Which of them began to wait first only the service knows: a response arrives a moment before its connection counts as idle.
	closed := make(chan error)
	for _, c := range idle {
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		go func() {
			_, err := io.Copy(io.Discard, c)
			closed <- err
		}()
	}
	for i := range 4 {
		if err := <-closed; err != nil {
			t.Fatalf("%d idle connections are closed for 4 newcomers: %v", i, err)
		}
	}
	for _, c := range idle {
		_ = c.Close()
	}
	for range 4 {
		<-closed
	}
}

// pinged asks for the ping on a connection that stays open, and returns how the answer begins.
func pinged(t *testing.T, c net.Conn) string {
	t.Helper()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(c, "GET /api/v1/ping HTTP/1.1\r\nHost: %s\r\n\r\n", c.RemoteAddr())
	answer := make([]byte, 12)
	if _, err := io.ReadFull(c, answer); err != nil {
		return err.Error()
	}
	return string(answer)
}

// One peer may hold its share of connections and no more; the rest are closed, which metrics show (I8, ASVS 5.0.0 V15.4.4).
func TestConnectionCap(t *testing.T) {
	t.Parallel()
	s := start(t, "BEHIND_PROXY=false", "TRUSTED_PROXIES=", "MAX_CONNECTIONS=64", "RATE_LIMIT=1000/1s")
	ask := func(c net.Conn) bool { return pinged(t, c) == "HTTP/1.1 200" }
	var held []net.Conn
	for range 8 {
		c := dial(t, s)
		if !ask(c) {
			t.Fatalf("connection %d of 8 is not served", len(held)+1)
		}
		held = append(held, c)
	}
	if ask(dial(t, s)) {
		t.Error("a ninth connection of one peer is served")
	}
	if got := metric(t, s, "connections_refused_total"); got < 1 {
		t.Errorf("connections_refused_total is %v", got)
	}
	_ = held[0].Close()
	for end := time.Now().Add(5 * time.Second); !ask(dial(t, s)); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a place that was given back is not given out")
		}
	}
}
