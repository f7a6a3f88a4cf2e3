package connlimit

import (
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"
)

// listen serves connections that stay open, and returns the address and how many are open.
func listen(t *testing.T, total int, exempt func(netip.Addr) bool, refused func()) (string, *atomic.Int64) {
	t.Helper()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := Listener(inner, total, exempt, refused)
	t.Cleanup(func() { _ = l.Close() })
	var open atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Add(1)
			go func() {
				defer open.Add(-1)
				defer c.Close()
				_, _ = c.Write([]byte("x"))
				_, _ = c.Read(make([]byte, 1)) // until the client hangs up
			}()
		}
	}()
	return inner.Addr().String(), &open
}

func nobody(netip.Addr) bool    { return false }
func everybody(netip.Addr) bool { return true }

// served dials and reports whether the other side spoke.
func served(t *testing.T, address string, wait time.Duration) (net.Conn, bool) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(wait))
	_, err = c.Read(make([]byte, 1))
	return c, err == nil
}

func TestPeerHoldsItsShare(t *testing.T) {
	var refused atomic.Int64
	address, _ := listen(t, 16, nobody, func() { refused.Add(1) })
	var held []net.Conn
	for i := range 2 { // an eighth of 16
		c, ok := served(t, address, 5*time.Second)
		if !ok {
			t.Fatalf("connection %d of its share is refused", i+1)
		}
		held = append(held, c)
	}
	if _, ok := served(t, address, 5*time.Second); ok {
		t.Fatal("a peer holds more than its share")
	}
	if refused.Load() != 1 {
		t.Errorf("%d refusals counted", refused.Load())
	}
	_ = held[0].Close()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, ok := served(t, address, 5*time.Second); ok {
			break
		}
		if time.Now().After(end) {
			t.Fatal("a place that was given back is not given out")
		}
	}
}

func TestTotal(t *testing.T) {
	address, open := listen(t, 3, everybody, nil)
	var held []net.Conn
	for range 3 {
		c, ok := served(t, address, 5*time.Second)
		if !ok {
			t.Fatal("an exempt peer is refused")
		}
		held = append(held, c)
	}
	waiting, ok := served(t, address, 100*time.Millisecond)
	if ok || open.Load() != 3 {
		t.Fatalf("%d connections are open, want 3", open.Load())
	}
	_ = held[0].Close()
	_ = waiting.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := waiting.Read(make([]byte, 1)); err != nil {
		t.Errorf("the one that waited gets no place: %v", err)
	}
}

// Closing the listener ends an Accept that waits for a place.
func TestClose(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := Listener(inner, 1, everybody, nil)
	client, err := net.Dial("tcp", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ended := make(chan error)
	go func() {
		_, err := l.Accept()
		ended <- err
	}()
	_ = l.Close()
	select {
	case err := <-ended:
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("got %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("Accept waits for ever")
	}
}

func TestNetworkOfAPeer(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:1": "192.0.2.1", "[::ffff:192.0.2.1]:1": "192.0.2.1", "[2001:db8:1:2:3::4]:1": "2001:db8:1:2::",
	} {
		if got := network(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address))); got != netip.MustParseAddr(want) {
			t.Errorf("%s: %v, want %s", address, got, want)
		}
	}
}
