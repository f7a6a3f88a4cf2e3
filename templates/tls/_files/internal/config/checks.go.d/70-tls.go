package config

import (
	"crypto/tls"
	"errors"
	"os"
)

// ServesTLS reports whether the public listener speaks TLS itself.
func (c Config) ServesTLS() bool { return c.TLSCertFile != "" }

// deriveTLS checks that the files come as a pair and can be used.
func (c *Config) deriveTLS(e *env) {
	switch {
	case (c.TLSCertFile == "") != (c.TLSKeyFile == ""):
		e.errorf("TLS_CERT_FILE", "set it and TLS_KEY_FILE, or neither")
	case c.TLSCertFile != "":
		if _, err := tls.LoadX509KeyPair(c.TLSCertFile, c.TLSKeyFile); err != nil {
			var file *os.PathError
			if errors.As(err, &file) {
				err = file.Err // without the path, which is a value
			}
			e.errorf("TLS_CERT_FILE", "cannot be used with TLS_KEY_FILE: %v", err)
		}
		if c.PublicURL != nil && c.PublicURL.Scheme != "https" {
			e.errorf("PUBLIC_URL", "must be https with TLS_CERT_FILE")
		}
		c.SecretFiles = append(c.SecretFiles, c.TLSKeyFile) // doctor checks its mode
	}
	if c.RedirectAddr != "" && c.TLSCertFile == "" {
		e.errorf("REDIRECT_ADDR", "needs TLS_CERT_FILE and TLS_KEY_FILE: there is no https to redirect to")
	}
}
