package attack

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// healthcheck works over TLS too, with a certificate that nobody else vouches for, and trusts no other.
func TestHealthcheckOverTLS(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	cert, key := probeCertificate(t)
	s := prepare(t, "ADDR="+address, "PUBLIC_URL=https://service.example", "TLS_CERT_FILE="+cert, "TLS_KEY_FILE="+key)
	t.Cleanup(s.kill)
	if err := s.begin(); err != nil {
		t.Fatalf("%v\n%s", err, s.logs())
	}
	if out, code := s.run(t, "healthcheck"); code != 0 {
		t.Errorf("while it runs: exit %d\n%s", code, out)
	}
	other, otherKey := probeCertificate(t)
	s.env = append(s.env, "TLS_CERT_FILE="+other, "TLS_KEY_FILE="+otherKey)
	if out, code := s.run(t, "healthcheck"); code != 1 {
		t.Errorf("another certificate: exit %d\n%s", code, out)
	}
}

// probeCertificate makes a certificate that signs itself, in files that the service may read.
func probeCertificate(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "attack-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"service.example"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := giveAway(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := giveAway(dir); err != nil {
		t.Fatal(err)
	}
	return certFile, keyFile
}
