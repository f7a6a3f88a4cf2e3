package command

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"

	"example.com/app/internal/config"
)

// trusted is the very certificate that the service was given, by the name that it is reached by: who issued it does not matter here. nil if
// the listener speaks plain HTTP.
func trusted(c config.Config) (*tls.Config, error) {
	if !c.ServesTLS() {
		return nil, nil
	}
	chain, err := os.ReadFile(c.TLSCertFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(chain) {
		return nil, errors.New("TLS_CERT_FILE holds no certificate")
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, ServerName: c.PublicURL.Hostname()}, nil
}
