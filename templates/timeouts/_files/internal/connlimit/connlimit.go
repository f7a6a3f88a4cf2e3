// Package connlimit bounds how many connections a listener has open: in all, so that a flood cannot use up memory and file
// descriptors, and from one peer, so that a single host cannot hold every place (ASVS 5.0.0 V15.4.4, CWE-770).
package connlimit

import (
	"net"
	"net/netip"
	"sync"

	"example.com/app/internal/clientip"
)

// share is the part of all places that one peer may hold.
const share = 8

// Listener wraps l. At most total connections are open: further ones wait in the kernel's queue. A peer may hold an eighth of
// them and is hung up on beyond that; exempt says who is not counted, such as the proxy that carries everybody's requests. refused, which may
// be nil, hears of each connection that was hung up on.
func Listener(l net.Listener, total int, exempt func(netip.Addr) bool, refused func()) net.Listener {
	if refused == nil {
		refused = func() {}
	}
	return &listener{
		Listener: l,
		places:   make(chan struct{}, total),
		done:     make(chan struct{}),
		perPeer:  max(total/share, 1),
		exempt:   exempt,
		refused:  refused,
		peers:    map[netip.Addr]int{},
	}
}

type listener struct {
	net.Listener
	places  chan struct{}
	done    chan struct{}
	close   sync.Once
	perPeer int
	exempt  func(netip.Addr) bool
	refused func()

	mu    sync.Mutex
	peers map[netip.Addr]int
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		select {
		case l.places <- struct{}{}:
		case <-l.done:
			return nil, net.ErrClosed
		}
		c, err := l.Listener.Accept()
		if err != nil {
			<-l.places
			return nil, err
		}
		peer := network(c.RemoteAddr())
		if !l.enter(peer) {
			l.refused()
			_ = c.Close() // nothing was exchanged
			<-l.places
			continue
		}
		return &conn{Conn: c, leave: sync.OnceFunc(func() {
			l.leave(peer)
			<-l.places
		})}, nil
	}
}

// enter counts a connection of peer unless it holds its share already.
func (l *listener) enter(peer netip.Addr) bool {
	if l.exempt(peer) {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.peers[peer] >= l.perPeer {
		return false
	}
	l.peers[peer]++
	return true
}

func (l *listener) leave(peer netip.Addr) {
	if l.exempt(peer) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.peers[peer]--; l.peers[peer] == 0 {
		delete(l.peers, peer)
	}
}

// network returns what counts as one peer; the zero Addr stands for whatever has no IP address.
func network(a net.Addr) netip.Addr {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	return clientip.Network(tcp.AddrPort().Addr().Unmap())
}

// conn gives its place back when it is closed.
type conn struct {
	net.Conn
	leave func()
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.leave()
	return err
}

func (l *listener) Close() error {
	l.close.Do(func() { close(l.done) })
	return l.Listener.Close()
}
