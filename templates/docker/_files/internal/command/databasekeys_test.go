package command

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDatabaseKeys(t *testing.T) {
	dir := t.TempDir()
	content := func() map[string]string {
		if err := databaseKeys(context.Background(), Env{}, []string{dir}); err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v, want 0600", name, info.Mode())
			}
			b, err := os.ReadFile(filepath.Join(dir, name))
			all[name] = string(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	first := content()

	pair, err := tls.X509KeyPair([]byte(first["server/server.crt"]), []byte(first["server/server.key"]))
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM([]byte(first["app/ca.crt"])) {
		t.Fatal("ca.crt holds no certificate")
	}
	if _, err := pair.Leaf.Verify(x509.VerifyOptions{Roots: trusted, DNSName: databaseHost}); err != nil {
		t.Errorf("a client that trusts ca.crt does not believe the server: %v", err)
	}
	if strings.Contains(first["app/ca.crt"], "PRIVATE") {
		t.Error("the authority's key was kept")
	}
	for name, text := range first {
		if strings.HasPrefix(name, "app/") && (strings.Contains(text, "_owner") || strings.Contains(text, "PRIVATE")) {
			t.Errorf("the service can read %s", name)
		}
	}
	for _, name := range []string{"app/url", "owner/migrate-url"} {
		if !strings.Contains(first[name], "sslmode=verify-full") || !strings.Contains(first[name], "@"+databaseHost+"/") {
			t.Errorf("%s does not make the database prove its name", name)
		}
	}
	if first["app/url"] == first["owner/migrate-url"] {
		t.Error("the service works as the role that owns the schema")
	}
	for line := range strings.Lines(first["server/pg_hba.conf"]) {
		if !strings.HasPrefix(line, "hostssl ") && !strings.HasPrefix(line, "local ") || !strings.HasSuffix(line, " scram-sha-256\n") {
			t.Errorf("pg_hba.conf lets somebody in without TLS or password: %s", line)
		}
	}

	second := content()
	for name, text := range first {
		if second[name] != text {
			t.Errorf("%s changed with the second run", name)
		}
	}
	if err := databaseKeys(context.Background(), Env{}, nil); !errors.Is(err, ErrUsage) {
		t.Errorf("without a folder: %v", err)
	}
}
