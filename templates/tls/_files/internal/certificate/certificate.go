// Package certificate keeps the service's certificate and takes up a new one without a restart (ASVS 5.0.0 V12.1.4).
package certificate

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"example.com/app/internal/logging"
)

// interval is how often the files are read. They are small, and reading them sees every way of replacing
// a file, also the links that Kubernetes swaps.
const interval = time.Second

// A Store holds the certificate that handshakes use.
type Store struct {
	certFile, keyFile string
	pem               []byte // what current was made of
	current           atomic.Pointer[tls.Certificate]
}

// Load reads the pair.
func Load(certFile, keyFile string) (*Store, error) {
	s := &Store{certFile: certFile, keyFile: keyFile}
	if _, err := s.reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// Config returns the TLS settings of a server. With TLS 1.2 only suites with forward secrecy and authenticated encryption are offered: Go's
// own list still has CBC with SHA-1 (V12.1.2). Suites of 1.3 cannot be chosen, and curves are left to Go, which prefers the post-quantum hybrid.
func (s *Store) Config(minVersion uint16) *tls.Config {
	return &tls.Config{
		MinVersion: minVersion,
		NextProtos: []string{"h2", "http/1.1"},
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.current.Load(), nil },
	}
}

// Watch takes up the files when they change, until ctx is done. A pair that cannot be used, such as one that is half written, is left
// aside: the certificate in use stays.
func (s *Store) Watch(ctx context.Context) error {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		changed, err := s.reload()
		switch {
		case err != nil && err.Error() != said:
			said = err.Error()
			logging.From(ctx).LogAttrs(ctx, slog.LevelError, "certificate not reloaded", slog.String("cause", said))
		case changed:
			said = ""
			logging.From(ctx).LogAttrs(ctx, slog.LevelInfo, "certificate reloaded",
				slog.Time("not_after", s.current.Load().Leaf.NotAfter))
		}
	}
}

// reload reads the files and reports whether they hold something new.
func (s *Store) reload() (bool, error) {
	cert, err := os.ReadFile(s.certFile)
	if err != nil {
		return false, fmt.Errorf("read certificate: %w", err)
	}
	key, err := os.ReadFile(s.keyFile)
	if err != nil {
		return false, fmt.Errorf("read key: %w", err)
	}
	both := append(cert[:len(cert):len(cert)], key...)
	if bytes.Equal(both, s.pem) {
		return false, nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return false, fmt.Errorf("read certificate: %w", err)
	}
	s.pem = both
	s.current.Store(&pair)
	return true, nil
}
