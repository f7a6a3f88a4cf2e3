package signingkey

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.com/app/internal/jwks"
)

func generate(t *testing.T) string {
	t.Helper()
	b, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func encode(t *testing.T, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// The first key signs, both verify, and the second may be its public half only (C10).
func TestTwoKeys(t *testing.T) {
	first, second := generate(t), generate(t)
	old, err := Parse(second)
	if err != nil {
		t.Fatal(err)
	}
	oldID, oldKey := old.Signing()
	der, err := x509.MarshalPKIXPublicKey(oldKey.Public())
	for name, text := range map[string]string{"both private": first + second, "the second public": first + encode(t, "PUBLIC KEY", der, err)} {
		k, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		id, _ := k.Signing()
		if id == oldID || len(k.Public()) != 2 || k.Public()[0].ID != id || k.Public()[1].ID != oldID {
			t.Errorf("%s: signs %s, verifies %v", name, id, k.Public())
		}
		if found, err := k.Find(context.Background(), oldID); err != nil || !oldKey.Public().(ed25519.PublicKey).Equal(found.Public) {
			t.Errorf("%s: the old key: %v", name, err)
		}
		if _, err := k.Find(context.Background(), "x"); !errors.Is(err, jwks.ErrUnknown) {
			t.Errorf("%s: a key that is not there: %v", name, err)
		}
	}
}

// What is no random Ed25519 key stops the start (C12, B14).
func TestWeak(t *testing.T) {
	good := generate(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, ecErr := x509.MarshalPKCS8PrivateKey(curve)
	zeros, zerosErr := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	words, wordsErr := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte("changeme"), 4)))
	k, err := Parse(good)
	if err != nil {
		t.Fatal(err)
	}
	public, publicErr := x509.MarshalPKIXPublicKey(k.Public()[0].Public)
	for name, text := range map[string]string{
		"nothing":            "",
		"words":              "change-me",
		"another curve":      encode(t, "PRIVATE KEY", ec, ecErr),
		"zeros":              encode(t, "PRIVATE KEY", zeros, zerosErr),
		"words as a seed":    encode(t, "PRIVATE KEY", words, wordsErr),
		"public key alone":   encode(t, "PUBLIC KEY", public, publicErr),
		"public key first":   encode(t, "PUBLIC KEY", public, publicErr) + good,
		"another kind":       encode(t, "CERTIFICATE", public, nil),
		"the same key twice": good + good,
		"three keys":         good + generate(t) + generate(t),
		"second one broken":  good + encode(t, "PRIVATE KEY", []byte("x"), nil),
	} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s: is a key", name)
		}
	}
}

func TestKeysNeverPrint(t *testing.T) {
	k, err := Parse(generate(t))
	if err != nil {
		t.Fatal(err)
	}
	_, private := k.Signing()
	j, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "keys", k)
	for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s", k, k, k, k), string(j), log.String()} {
		if !strings.Contains(printed, "[redacted]") || strings.Contains(printed, fmt.Sprint([]byte(private.Seed())[:4])[1:8]) {
			t.Errorf("printed: %s", printed)
		}
	}
}
