package guard

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
)

// ConnectionRefused tells that a connection was closed because its network holds its share already.
const ConnectionRefused Kind = "connection_refused"

// share is the part of all connections that one address may hold. A /56 of IPv6 may hold twice, and a /48 four times as many, as with the limits of requests.
const share = 8

// LimitConnections bounds how many connections of l are open (ASVS 5.0.0 V15.4.4, CWE-770). An address may hold an eighth of MaxConnections, and is closed beyond that;
// trusted proxies carry the requests of everybody and are not counted. When all places are taken, a newcomer gets the place of the connection that has waited
// longest for a request: keep-alive is a favor that ends when others need the place. The server must have ConnState for that.
func LimitConnections(l net.Listener, c Config) net.Listener {
	if c.Notice == nil {
		c.Notice = logNotice
	}
	return &connections{
		Listener: l,
		config:   c,
		changed:  make(chan struct{}, 1),
		done:     make(chan struct{}),
		open:     map[*connection]struct{}{},
		held:     map[holder]int{},
	}
}

// ConnState is for http.Server: it tells a limited listener which connections wait for a request.
func ConnState(c net.Conn, state http.ConnState) {
	for {
		switch inner := c.(type) {
		case *connection:
			inner.wait(state == http.StateNew || state == http.StateIdle)
			return
		case interface{ NetConn() net.Conn }: // of TLS
			c = inner.NetConn()
		default:
			return
		}
	}
}

type connections struct {
	net.Listener
	config  Config
	changed chan struct{} // a place is free, or a connection began to wait, while a newcomer has none
	done    chan struct{}
	close   sync.Once
	turn    atomic.Int64 // counts how often a connection began to wait
	full    atomic.Bool  // a newcomer has no place

	mu   sync.Mutex
	open map[*connection]struct{}
	held map[holder]int
}

// A holder is an address, or a network around one, that holds connections.
type holder struct {
	network Key
	bits    int
}

// A connection gives its place back when it is closed.
type connection struct {
	net.Conn
	listener *connections
	holders  []holder
	waiting  atomic.Int64 // since which turn it has waited for a request; 0 while one is answered
	released sync.Once
}

func (l *connections) Accept() (net.Conn, error) {
	for {
		inner, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := clientOf(inner.RemoteAddr())
		c := &connection{Conn: inner, listener: l}
		if !l.hold(c, client) {
			l.config.Notice(With(context.Background(), Request{Client: client}), Notice{Kind: ConnectionRefused, Level: slog.LevelDebug})
			_ = inner.Close() // nothing was exchanged
			continue
		}
		if !l.enter(c) {
			_ = c.Close()
			return nil, net.ErrClosed
		}
		return c, nil
	}
}

// hold counts c for its address and the networks around it, unless one of them holds its share.
func (l *connections) hold(c *connection, client netip.Addr) bool {
	if proxies(l.config.Proxies).trust(client) {
		return true
	}
	most := max(l.config.MaxConnections/share, 1)
	limits := map[holder]int{{keyOf(client, 64), 64}: most}
	if client.Is6() {
		limits[holder{keyOf(client, 56), 56}] = 2 * most
		limits[holder{keyOf(client, 48), 48}] = 4 * most
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for h, limit := range limits {
		if l.held[h] >= limit {
			return false
		}
	}
	for h := range limits {
		l.held[h]++
		c.holders = append(c.holders, h)
	}
	return true
}

// enter waits for a place. It is false if the listener is closed first.
func (l *connections) enter(c *connection) bool {
	for {
		l.mu.Lock()
		l.full.Store(len(l.open) >= l.config.MaxConnections)
		if !l.full.Load() {
			c.wait(true)
			l.open[c] = struct{}{}
			l.mu.Unlock()
			return true
		}
		longest := l.longestWaiting()
		l.mu.Unlock()
		if longest != nil {
			_ = longest.Close()
			continue
		}
		select {
		case <-l.changed:
		case <-l.done:
			return false
		}
	}
}

// longestWaiting returns the connection that has waited longest for a request; nil if all are busy. It looks at each of them, which is done only when there
// is no place, so that connections need nothing but a number while there is.
func (l *connections) longestWaiting() *connection {
	var longest *connection
	for c := range l.open {
		if at := c.waiting.Load(); at > 0 && (longest == nil || at < longest.waiting.Load()) {
			longest = c
		}
	}
	return longest
}

// wait notes whether the connection waits for a request.
func (c *connection) wait(waits bool) {
	if !waits {
		c.waiting.Store(0)
		return
	}
	c.waiting.Store(c.listener.turn.Add(1))
	if c.listener.full.Load() {
		c.listener.change()
	}
}

// change wakes a newcomer that has no place.
func (l *connections) change() {
	select {
	case l.changed <- struct{}{}:
	default: // it will look anyway
	}
}

func (c *connection) Close() error {
	err := c.Conn.Close()
	c.released.Do(func() {
		l := c.listener
		l.mu.Lock()
		delete(l.open, c)
		for _, h := range c.holders {
			if l.held[h]--; l.held[h] == 0 {
				delete(l.held, h)
			}
		}
		l.mu.Unlock()
		l.change()
	})
	return err
}

func (l *connections) Close() error {
	l.close.Do(func() { close(l.done) })
	return l.Listener.Close()
}

// clientOf returns the address at the other end; the zero Addr stands for anything that has no IP address.
func clientOf(a net.Addr) netip.Addr {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr().Unmap().WithZone("")
}
