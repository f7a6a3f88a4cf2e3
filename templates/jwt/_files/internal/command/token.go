package command

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/app/internal/identity"
	"example.com/app/internal/jwks"
	"example.com/app/internal/signingkey"
	"example.com/app/internal/token"
)

// developmentKey is the private key of the issuer that token --dev plays, beside the file that TOKEN_JWKS_FILE names.
const developmentKey = "dev-token-key.pem"

// tokens plays the issuer, so that the service can be tried without one: token --dev makes a key, adds its public half to the file that
// TOKEN_JWKS_FILE names and prints a token. It refuses if anybody but this machine can reach the service.
func tokens(_ context.Context, env Env, args []string) error {
	flags := flag.NewFlagSet("token", flag.ContinueOnError)
	flags.SetOutput(env.Stderr)
	dev := flags.Bool("dev", false, "sign a token with a key for development")
	subject := flags.String("subject", "dev", "sub of the token")
	scopes := flags.String("scopes", strings.Join(identity.Scopes(), ","), "comma-separated")
	lifetime := flags.Duration("for", time.Hour, "how long the token is good for, at most 24h")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 || !*dev || *subject == "" || *lifetime <= 0 || *lifetime > 24*time.Hour {
		return ErrUsage
	}
	c, err := settings(env)
	if err != nil {
		return err
	}
	switch {
	case !c.OnThisMachine():
		return errors.New("token --dev: the service can be reached from other machines; get a token from the issuer")
	case c.TokenJWKSFile == "":
		return errors.New("token --dev: the issuer's keys come from TOKEN_JWKS_URL; get a token from the issuer")
	}
	if err := os.MkdirAll(filepath.Dir(c.TokenJWKSFile), 0o700); err != nil {
		return fmt.Errorf("key for development: %w", err)
	}
	keys, err := developmentKeys(filepath.Join(filepath.Dir(c.TokenJWKSFile), developmentKey))
	if err != nil {
		return err
	}
	id, private := keys.Signing()
	id = token.DevelopmentID(id)
	if err := publish(c.TokenJWKSFile, jwks.Key{ID: id, Algorithms: []string{jwks.EdDSA}, Public: private.Public()}); err != nil {
		return fmt.Errorf("add the key to TOKEN_JWKS_FILE: %w", err)
	}
	rules := token.Rules{Issuer: c.TokenIssuer, Audience: c.TokenAudience, Type: c.TokenType}
	signed, err := token.NewIssuer(rules, id, private, *lifetime, time.Now).Issue(*subject, "", strings.FieldsFunc(*scopes, func(r rune) bool { return r == ',' }), time.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(env.Stdout, signed)
	return err
}

// developmentKeys reads the key, or makes it. Of two that make it at once one wins, and both use that one.
func developmentKeys(path string) (signingkey.Keys, error) {
	b, err := os.ReadFile(path) //nolint:gosec // beside the file that the operator names
	if errors.Is(err, fs.ErrNotExist) {
		if b, err = signingkey.Generate(); err != nil {
			return signingkey.Keys{}, err
		}
		if err = put(path, b, os.Link); errors.Is(err, fs.ErrExist) {
			b, err = os.ReadFile(path) //nolint:gosec // as above
		}
	}
	if err != nil {
		return signingkey.Keys{}, fmt.Errorf("key for development: %w", err)
	}
	return signingkey.Parse(string(b))
}

// publish adds a key to the set in a file, unless it is there.
func publish(path string, k jwks.Key) error {
	b, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) {
		b, err = []byte(`{"keys":[]}`), nil
	}
	if err != nil {
		return err
	}
	set, err := jwks.Parse(b, jwks.Algorithms)
	if err != nil {
		return err
	}
	if _, there := set.Find(k.ID); there {
		return nil
	}
	added, err := jwks.Marshal(k)
	if err != nil {
		return err
	}
	var all, more struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := errors.Join(json.Unmarshal(b, &all), json.Unmarshal(added, &more)); err != nil {
		return err
	}
	all.Keys = append(all.Keys, more.Keys...)
	if b, err = json.Marshal(all); err != nil {
		return err
	}
	return put(path, append(b, '\n'), os.Rename)
}

// put makes a file with these bytes, readable by its owner alone, and moves it to path, whole: the service may read it at any time.
func put(path string, b []byte, move func(from, to string) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already after a rename
	_, err = tmp.Write(b)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return move(tmp.Name(), path)
}
