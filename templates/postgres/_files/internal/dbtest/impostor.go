package dbtest

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// An Impostor speaks the beginning of the protocol as a server would, and keeps what a client tells it.
type Impostor struct {
	Addr string

	mu   sync.Mutex
	met  int    // clients that asked for TLS
	told []byte // what they said afterwards, decrypted
}

// NewImpostor starts a server that shows the certificate of an authority for a name; without an authority it refuses TLS, as
// somebody in between would who hopes for plain text.
func NewImpostor(t testing.TB, authority *Authority, name string) *Impostor {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var settings *tls.Config
	if authority != nil {
		cert, key, err := authority.Issue(name)
		if err != nil {
			t.Fatal(err)
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		settings = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	i := &Impostor{Addr: l.Addr().String()}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			wg.Go(func() { i.serve(conn, settings) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close() // ends Accept; nothing else can be wrong with it
		wg.Wait()
	})
	return i
}

// Met says how many clients came, and what they told after TLS was agreed or refused: the user's name comes first, then the
// proof of a password.
func (i *Impostor) Met() (clients int, told string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.met, string(i.told)
}

func (i *Impostor) serve(conn net.Conn, settings *tls.Config) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second)) // if it fails, so does the read
	var request [8]byte
	if _, err := io.ReadFull(conn, request[:]); err != nil {
		return
	}
	const sslRequest = 80877103 // PostgreSQL 55.7, SSLRequest
	if binary.BigEndian.Uint32(request[4:]) != sslRequest {
		i.keep(request[:]) // it did not even ask for TLS
		return
	}
	i.mu.Lock()
	i.met++
	i.mu.Unlock()
	answer := []byte("N")
	if settings != nil {
		answer = []byte("S")
	}
	if _, err := conn.Write(answer); err != nil {
		return
	}
	var client io.Reader = conn
	if settings != nil {
		client = tls.Server(conn, settings)
	}
	said := make([]byte, 512)
	n, _ := client.Read(said) // an error means that the client said nothing
	i.keep(said[:n])
}

func (i *Impostor) keep(b []byte) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.told = append(i.told, b...)
}
