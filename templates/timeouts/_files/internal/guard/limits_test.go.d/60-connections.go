package guard

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
)

// dialed is a listener whose connections come from addresses that a test chooses.
type dialed struct {
	conns chan net.Conn
	once  sync.Once
}

func (l *dialed) Accept() (net.Conn, error) {
	c, ok := <-l.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (l *dialed) Close() error   { l.once.Do(func() { close(l.conns) }); return nil }
func (l *dialed) Addr() net.Addr { return &net.TCPAddr{} }

type remote struct {
	net.Conn
	address string
}

func (r remote) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(r.address))
}

// limit returns a limited listener and what connects to it from an address: the client's end, and the server's.
func limit(t *testing.T, c Config) (l net.Listener, dial func(address string) (client net.Conn, server <-chan net.Conn)) {
	t.Helper()
	inner := &dialed{conns: make(chan net.Conn)}
	l = LimitConnections(inner, c)
	t.Cleanup(func() { _ = l.Close() })
	accepted := make(chan net.Conn, 100)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	}()
	return l, func(address string) (net.Conn, <-chan net.Conn) {
		client, server := net.Pipe()
		inner.conns <- remote{server, address}
		return client, accepted
	}
}

// closed waits until the other end closes.
func closed(t *testing.T, c net.Conn) {
	t.Helper()
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("not closed: %v", err)
	}
}

func TestAddressHoldsItsShare(t *testing.T) {
	var log seen
	_, dial := limit(t, Config{MaxConnections: 16, Notice: log.notice, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	var held []net.Conn
	for range 2 { // an eighth of 16
		_, server := dial("192.0.2.1:1")
		held = append(held, <-server)
	}
	refused, _ := dial("192.0.2.1:1")
	closed(t, refused)
	_, server := dial("192.0.2.2:1") // from here on the notice has been written
	<-server
	if len(log.of(ConnectionRefused)) != 1 {
		t.Errorf("told %v", log.notices)
	}
	_ = held[0].Close()
	_ = held[0].Close() // a place is given back once
	_, server = dial("192.0.2.1:1")
	<-server
	refused, _ = dial("192.0.2.1:1")
	closed(t, refused)
	for range 5 { // a trusted proxy is not counted
		_, server := dial("10.0.0.1:1")
		<-server
	}
}

// Somebody who is given a /48 of IPv6 holds as much as four addresses, and no more.
func TestNetworksHoldTheirShare(t *testing.T) {
	for name, tt := range map[string]struct {
		addresses []string // each with its own share
		refused   string
	}{
		"one /64": {[]string{"[2001:db8::1]:1"}, "[2001:db8::2]:1"},
		"one /56": {[]string{"[2001:db8::1]:1", "[2001:db8:0:1::1]:1"}, "[2001:db8:0:2::1]:1"},
		"one /48": {[]string{"[2001:db8::1]:1", "[2001:db8:0:100::1]:1", "[2001:db8:0:200::1]:1", "[2001:db8:0:300::1]:1"}, "[2001:db8:0:400::1]:1"},
	} {
		_, dial := limit(t, Config{MaxConnections: 16})
		for _, address := range tt.addresses {
			for range 2 {
				_, server := dial(address)
				<-server
			}
		}
		refused, _ := dial(tt.refused)
		t.Run(name, func(t *testing.T) { closed(t, refused) })
		_, server := dial("[2001:db8:1::1]:1")
		<-server
	}
}

// When all places are taken, the connection that has waited longest for a request makes room; one that is being answered never does.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	_, dial := limit(t, Config{MaxConnections: 3})
	open := func(address string) (net.Conn, net.Conn) {
		client, server := dial(address)
		return client, <-server
	}
	first, firstServer := open("192.0.2.1:1")
	second, secondServer := open("192.0.2.2:1")
	_, busy := open("192.0.2.3:1")
	ConnState(busy, http.StateActive)
	ConnState(firstServer, http.StateActive)
	ConnState(secondServer, http.StateActive)
	ConnState(wrapped{secondServer}, http.StateIdle) // as TLS wraps it
	ConnState(firstServer, http.StateIdle)

	open("192.0.2.4:1")
	closed(t, second)
	_, fifth := open("192.0.2.5:1")
	closed(t, first)
	ConnState(fifth, http.StateActive)

	// A connection that has sent nothing yet waits, too. When all are busy, the next one waits for a place.
	sixth, sixthServer := dial("192.0.2.6:1")
	six := <-sixthServer
	ConnState(six, http.StateActive)
	_, server := dial("192.0.2.7:1")
	select {
	case <-server:
		t.Fatal("more connections than there are places")
	default:
	}
	ConnState(six, http.StateIdle)
	<-server
	closed(t, sixth)
}

type wrapped struct{ net.Conn }

func (w wrapped) NetConn() net.Conn { return w.Conn }

// Closing the listener ends an Accept that waits for a place.
func TestCloseWhileFull(t *testing.T) {
	inner := &dialed{conns: make(chan net.Conn, 2)}
	l := LimitConnections(inner, Config{MaxConnections: 1})
	for _, address := range []string{"192.0.2.1:1", "192.0.2.2:1"} {
		_, server := net.Pipe()
		inner.conns <- remote{server, address}
	}
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	ConnState(c, http.StateActive)
	ended := make(chan error)
	go func() {
		_, err := l.Accept()
		ended <- err
	}()
	_ = l.Close()
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
