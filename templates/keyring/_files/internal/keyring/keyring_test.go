package keyring

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func random(t *testing.T, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

func encoded(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func TestNewestIsFirst(t *testing.T) {
	old, young := random(t, 32), random(t, 48)
	r, err := Parse("k2:" + encoded(young) + ",\n k1:" + encoded(old) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if k := r.Newest(); k.ID != "k2" || !bytes.Equal(k.Bytes, young) {
		t.Errorf("newest is %s", k.ID)
	}
	if k, ok := r.Find("k1"); !ok || !bytes.Equal(k.Bytes, old) {
		t.Error("the old key is not found")
	}
	if _, ok := r.Find("k3"); ok {
		t.Error("a key that was never there is found")
	}
}

// Short, made-up and placeholder keys stop the start, and the report does not repeat them (B14, X1).
func TestWeakKeysAreRefused(t *testing.T) {
	good := "k1:" + encoded(random(t, 32))
	for name, text := range map[string]string{
		"empty":          "",
		"no id":          encoded(random(t, 32)),
		"upper-case id":  "K1:" + encoded(random(t, 32)),
		"id with a dot":  "k.1:" + encoded(random(t, 32)),
		"no key":         "k1:",
		"not base64":     "k1:change-me",
		"short":          "k1:" + encoded(random(t, 31)),
		"zeros":          "k1:" + encoded(make([]byte, 32)),
		"repeated":       "k1:" + encoded(bytes.Repeat(random(t, 4), 8)),
		"text":           "k1:" + encoded([]byte("change-me-before-production-12345678")),
		"two of one id":  good + "," + good,
		"comma at end":   good + ",",
		"second is weak": good + ",k0:" + encoded(make([]byte, 32)),
	} {
		_, err := Parse(text)
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		for _, entry := range strings.Split(text, ",") {
			if _, key, _ := strings.Cut(entry, ":"); len(key) > 7 && strings.Contains(err.Error(), key) {
				t.Errorf("%s: the report repeats the key: %v", name, err)
			}
		}
	}
}

// One key for two purposes is found, under any ids.
func TestShares(t *testing.T) {
	parse := func(text string) Ring {
		t.Helper()
		r, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	a, b, c := encoded(random(t, 32)), encoded(random(t, 32)), encoded(random(t, 32))
	if !parse("k1:" + a + ",k2:" + b).Shares(parse("k3:" + b)) {
		t.Error("a shared key is not found")
	}
	if parse("k1:" + a + ",k2:" + b).Shares(parse("k1:" + c)) {
		t.Error("keys of one id are taken for the same")
	}
}

// However a ring or a key is printed, its bytes stay out of it (X7).
func TestKeysNeverPrint(t *testing.T) {
	b := random(t, 32)
	r, err := Parse("k1:" + encoded(b))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("keys", "ring", r, "key", r.Newest())
	log.Info(fmt.Sprintf("%v %+v %#v %s %v %+v %#v %s", r, r, r, r, r.Newest(), r.Newest(), r.Newest(), r.Newest()))
	j, err := json.Marshal(map[string]any{"ring": r, "key": r.Newest()})
	if err != nil {
		t.Fatal(err)
	}
	said := out.String() + string(j)
	for _, form := range []string{encoded(b), string(b), fmt.Sprint(b), fmt.Sprintf("%x", b), fmt.Sprintf("%#v", b)} {
		if strings.Contains(said, strings.Trim(form, "[]")) {
			t.Errorf("the key is in %s", said)
		}
	}
}
