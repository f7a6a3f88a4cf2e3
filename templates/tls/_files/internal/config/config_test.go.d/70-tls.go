package config

import (
	"net/url"
	"strings"
	"testing"
)

func TestTLSFiles(t *testing.T) {
	https, http := &url.URL{Scheme: "https", Host: "app.example.com"}, &url.URL{Scheme: "http", Host: "127.0.0.1"}
	tests := []struct {
		name     string
		c        Config
		problems []string
	}{
		{"none", Config{PublicURL: http}, nil},
		{"no key", Config{PublicURL: https, TLSCertFile: "tls.crt"}, []string{"TLS_KEY_FILE"}},
		{"no certificate", Config{PublicURL: https, TLSKeyFile: "tls.key"}, []string{"TLS_CERT_FILE"}},
		{"files that are not there", Config{PublicURL: https, TLSCertFile: "canary.crt", TLSKeyFile: "canary.key"}, []string{"TLS_CERT_FILE: cannot be used"}},
		{"an http address", Config{PublicURL: http, TLSCertFile: "canary.crt", TLSKeyFile: "canary.key"}, []string{"PUBLIC_URL"}},
		{"a redirect to nowhere", Config{PublicURL: https, RedirectAddr: ":80"}, []string{"REDIRECT_ADDR"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := &env{}
			tt.c.deriveTLS(e)
			said := ""
			if err := e.err(); err != nil {
				said = err.Error()
			}
			if tt.problems == nil && said != "" {
				t.Errorf("problems: %s", said)
			}
			for _, want := range tt.problems {
				if !strings.Contains(said, want) {
					t.Errorf("no problem with %s: %s", want, said)
				}
			}
			if strings.Contains(said, "canary") {
				t.Errorf("a value is shown: %s", said)
			}
		})
	}
}
