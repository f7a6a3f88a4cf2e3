package certificate

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// issue writes a certificate with that serial number and its key into dir.
func issue(t *testing.T, dir string, serial int64) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: "app.example.com"},
		DNSNames:     []string{"app.example.com"},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// handshake returns what a client sees.
func handshake(server *tls.Config, client *tls.Config) (tls.ConnectionState, error) {
	a, b := net.Pipe()
	go func() {
		defer a.Close()
		_ = tls.Server(a, server).Handshake() // the client's side is tested
	}()
	defer b.Close()
	client.InsecureSkipVerify = true //nolint:gosec // a throw-away certificate; only versions, suites and serials are looked at
	c := tls.Client(b, client)
	err := c.Handshake()
	return c.ConnectionState(), err
}

func load(t *testing.T, serial int64) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Load(issue(t, dir, serial))
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func TestVersions(t *testing.T) {
	s, _ := load(t, 1)
	for _, tt := range []struct {
		least, offered uint16
		ok             bool
	}{
		{tls.VersionTLS13, tls.VersionTLS13, true},
		{tls.VersionTLS13, tls.VersionTLS12, false},
		{tls.VersionTLS13, tls.VersionTLS11, false},
		{tls.VersionTLS13, tls.VersionTLS10, false},
		{tls.VersionTLS12, tls.VersionTLS12, true},
		{tls.VersionTLS12, tls.VersionTLS11, false},
	} {
		state, err := handshake(s.Config(tt.least), &tls.Config{MinVersion: tt.offered, MaxVersion: tt.offered})
		if (err == nil) != tt.ok || tt.ok && state.Version != tt.offered {
			t.Errorf("at least %s, offered %s: %v", tls.VersionName(tt.least), tls.VersionName(tt.offered), err)
		}
	}
}

// With 1.2, no suite without forward secrecy or authenticated encryption is agreed on (ASVS 5.0.0 V12.1.2).
func TestSuites(t *testing.T) {
	s, _ := load(t, 1)
	agreed := 0
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		_, err := handshake(s.Config(tls.VersionTLS12), &tls.Config{
			MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite.ID},
		})
		strong := false
		for _, id := range s.Config(tls.VersionTLS12).CipherSuites {
			strong = strong || id == suite.ID
		}
		if err == nil {
			agreed++
			if !strong {
				t.Errorf("%s is agreed on", suite.Name)
			}
		}
	}
	if agreed != 3 { // those with ECDSA, as the key is
		t.Errorf("%d suites are agreed on, want 3", agreed)
	}
	for _, id := range s.Config(tls.VersionTLS12).CipherSuites {
		for _, weak := range tls.InsecureCipherSuites() {
			if id == weak.ID {
				t.Errorf("%s is offered", weak.Name)
			}
		}
	}
}

// The key exchange is left to Go, which prefers the post-quantum hybrid (ASVS 5.0.0 V11.6.2).
func TestKeyExchange(t *testing.T) {
	s, _ := load(t, 1)
	state, err := handshake(s.Config(tls.VersionTLS13), &tls.Config{MinVersion: tls.VersionTLS13})
	if err != nil || state.CurveID != tls.X25519MLKEM768 {
		t.Errorf("%v, %v", state.CurveID, err)
	}
}

func TestReload(t *testing.T) {
	s, dir := load(t, 1)
	serial := func() int64 {
		state, err := handshake(s.Config(tls.VersionTLS13), &tls.Config{MinVersion: tls.VersionTLS13})
		if err != nil {
			t.Fatal(err)
		}
		return state.PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Fatalf("serial %d at the start", got)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Watch(ctx) }()

		issue(t, dir, 2)
		time.Sleep(2 * interval)
		if got := s.current.Load().Leaf.SerialNumber.Int64(); got != 2 {
			t.Errorf("serial %d after a renewal", got)
		}

		// A renewal that is half done, and files that are gone: the certificate in use stays.
		if err := os.WriteFile(filepath.Join(dir, "tls.crt"), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * interval)
		if err := os.Remove(filepath.Join(dir, "tls.key")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * interval)
		if got := s.current.Load().Leaf.SerialNumber.Int64(); got != 2 {
			t.Errorf("serial %d while the files are broken", got)
		}

		issue(t, dir, 3)
		time.Sleep(2 * interval)
		if got := s.current.Load().Leaf.SerialNumber.Int64(); got != 3 {
			t.Errorf("serial %d once they are whole again", got)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("watch: %v", err)
		}
	})
	if got := serial(); got != 3 {
		t.Errorf("handshakes show serial %d", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	cert, key := issue(t, dir, 1)
	otherCert, _ := issue(t, t.TempDir(), 2)
	for name, pair := range map[string][2]string{
		"missing":                 {filepath.Join(dir, "none"), key},
		"missing key":             {cert, filepath.Join(dir, "none")},
		"key of another":          {otherCert, key},
		"certificate for the key": {cert, cert},
	} {
		if _, err := Load(pair[0], pair[1]); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}
