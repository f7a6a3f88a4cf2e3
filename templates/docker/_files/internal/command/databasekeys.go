package command

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"os"
	"path"
	"time"

	"example.com/app/internal/config"
)

// databaseHost is the name of the database in compose's network.
const databaseHost = "database"

// databaseCertificateLife is long, because nobody can renew the certificate: the authority's key is discarded. Only this service
// trusts it, in a network of one machine. To replace it, remove the volume's server.crt and run the command again.
const databaseCertificateLife = 10 * 365 * 24 * time.Hour

// databaseKeys creates what compose's PostgreSQL and the service need to trust each other: passwords, a certificate for the server's
// name, and an access list that requires TLS. DIR/server is for the server, DIR/app for the service and DIR/owner for migrate: each
// has its own volume. Existing files are kept.
func databaseKeys(_ context.Context, _ Env, args []string) error {
	if len(args) != 1 {
		return ErrUsage
	}
	root, err := os.OpenRoot(args[0])
	if err != nil {
		return fmt.Errorf("create the keys of the database: %w", err)
	}
	defer root.Close()
	var files []keyFile
	if missing(root, "server/password") {
		files = append(files, passwordFiles(args[0])...)
	}
	if missing(root, "server/server.crt") {
		pair, err := certificateFiles()
		if err != nil {
			return fmt.Errorf("create the certificate of the database: %w", err)
		}
		files = append(files, pair...)
	}
	for _, f := range files {
		if err := root.MkdirAll(path.Dir(f.name), 0o700); err != nil {
			return fmt.Errorf("write the keys of the database: %w", err)
		}
		if err := root.WriteFile(f.name, []byte(f.text), 0o600); err != nil {
			return fmt.Errorf("write the keys of the database: %w", err)
		}
	}
	return nil
}

type keyFile struct{ name, text string }

// Where the service and migrate find the authority that they trust.
const (
	appCA   = "app/ca.crt"
	ownerCA = "owner/ca.crt"
)

func missing(root *os.Root, name string) bool {
	_, err := root.Stat(name)
	return errors.Is(err, fs.ErrNotExist)
}

// passwordFiles are the passwords of the administrator and the two roles, in every form in which they are read. The last one marks them
// as complete.
func passwordFiles(dir string) []keyFile {
	owner, app := rand.Text(), rand.Text()
	databaseURL := func(role, password, ca string) string {
		u := url.URL{
			Scheme: "postgres",
			User:   url.UserPassword(config.Name+role, password),
			Host:   databaseHost,
			Path:   "/" + config.Name,
			RawQuery: url.Values{
				"sslmode":     {"verify-full"},
				"sslrootcert": {path.Join(dir, ca)},
			}.Encode(),
		}
		return u.String() + "\n"
	}
	// rand.Text has no quotes in its alphabet.
	passwords := fmt.Sprintf("ALTER ROLE \"%[1]s_owner\" PASSWORD '%[2]s';\nALTER ROLE \"%[1]s_app\" PASSWORD '%[3]s';\n", config.Name, owner, app)
	return []keyFile{
		{"app/url", databaseURL("_app", app, appCA)},
		{"owner/migrate-url", databaseURL("_owner", owner, ownerCA)},
		{"server/passwords.sql", passwords},
		{"server/pg_hba.conf", "local all all scram-sha-256\nhostssl all all all scram-sha-256\n"},
		{"server/password", rand.Text() + "\n"},
	}
}

// certificateFiles are a certificate for the database's name, its key, and the authority that signed it. The authority's key is not kept.
func certificateFiles() ([]keyFile, error) {
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: config.Name + " database authority"},
		NotBefore:             now.Add(-time.Hour), // clocks differ
		NotAfter:              now.Add(databaseCertificateLife),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: databaseHost},
		NotBefore:    authority.NotBefore,
		NotAfter:     authority.NotAfter,
		DNSNames:     []string{databaseHost},
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	authorityKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	serverDER, err := x509.CreateCertificate(rand.Reader, server, authority, serverKey.Public(), authorityKey)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(serverKey)
	if err != nil {
		return nil, err
	}
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return []keyFile{
		{appCA, text("CERTIFICATE", authorityDER)},
		{ownerCA, text("CERTIFICATE", authorityDER)},
		{"server/server.key", text("PRIVATE KEY", keyDER)},
		{"server/server.crt", text("CERTIFICATE", serverDER)},
	}, nil
}
