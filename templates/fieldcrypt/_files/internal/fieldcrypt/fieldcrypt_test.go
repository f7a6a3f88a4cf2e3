package fieldcrypt

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"example.com/app/internal/keyring"
)

// ring makes a ring of random keys with these ids, newest first.
func ring(t *testing.T, entries ...string) keyring.Ring {
	t.Helper()
	r, err := keyring.Parse(strings.Join(entries, ","))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSealedOpensInItsPlace(t *testing.T) {
	c := New(ring(t, keyring.Generate("k1")))
	for _, plain := range []string{"", "short", strings.Repeat("é", 40000)} {
		sealed := c.Seal([]byte(plain), "notes", "body", "1")
		if plain != "" && strings.Contains(sealed, plain) {
			t.Error("the plain text is in what was sealed")
		}
		if got, err := c.Open(sealed, "notes", "body", "1"); err != nil || string(got) != plain {
			t.Errorf("opened %d bytes, %v; want %d", len(got), err, len(plain))
		}
	}
}

// A value that is copied to another place does not open (X2). The last places are the parts of the right one, cut otherwise.
func TestSealedOpensNowhereElse(t *testing.T) {
	c := New(ring(t, keyring.Generate("k1")))
	sealed := c.Seal([]byte("secret"), "notes", "body", "1")
	for _, p := range [][3]string{
		{"users", "body", "1"}, {"notes", "title", "1"}, {"notes", "body", "2"}, {"notes", "body", ""}, {"", "", ""},
		{"notesb", "ody", "1"}, {"notes", "body1", ""},
	} {
		if plain, err := c.Open(sealed, p[0], p[1], p[2]); !errors.Is(err, ErrTampered) || plain != nil {
			t.Errorf("in %q: %q, %v", p, plain, err)
		}
	}
}

// Every bit counts (X2): salt, nonce, ciphertext and tag.
func TestChangedBit(t *testing.T) {
	c := New(ring(t, keyring.Generate("k1")))
	sealed := c.Seal([]byte("secret"), "notes", "body", "1")
	prefix := "v1.k1."
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(sealed, prefix))
	if err != nil {
		t.Fatal(err)
	}
	if want := saltSize + 12 + len("secret") + 16; len(data) != want {
		t.Fatalf("%d bytes, want %d", len(data), want)
	}
	for bit := range len(data) * 8 {
		data[bit/8] ^= 1 << (bit % 8)
		if plain, err := c.Open(prefix+base64.RawURLEncoding.EncodeToString(data), "notes", "body", "1"); !errors.Is(err, ErrTampered) || plain != nil {
			t.Errorf("bit %d: %q, %v", bit, plain, err)
		}
		data[bit/8] ^= 1 << (bit % 8)
	}
}

func TestWhatSealDidNotMake(t *testing.T) {
	c := New(ring(t, keyring.Generate("k1")))
	sealed := c.Seal([]byte("secret"), "notes", "body", "1")
	for name, value := range map[string]string{
		"nothing":       "",
		"plain text":    "secret",
		"no data":       "v1.k1.",
		"only a salt":   "v1.k1." + base64.RawURLEncoding.EncodeToString(make([]byte, saltSize)),
		"short":         sealed[:len(sealed)-4],
		"longer":        sealed + "AAAA",
		"line break":    sealed[:20] + "\n" + sealed[20:],
		"other version": "v2" + sealed[2:],
		"no version":    sealed[3:],
	} {
		if plain, err := c.Open(value, "notes", "body", "1"); !errors.Is(err, ErrTampered) || plain != nil {
			t.Errorf("%s: %q, %v", name, plain, err)
		}
	}
}

// The same value twice looks different each time, and so does the key that it is sealed with (X1).
func TestEqualValuesDiffer(t *testing.T) {
	c := New(ring(t, keyring.Generate("k1")))
	seen := map[string]bool{}
	for range 100 {
		sealed := c.Seal([]byte("secret"), "notes", "body", "1")
		_, data, _ := parse(sealed)
		for _, part := range []string{sealed, string(data[:saltSize]), string(data[saltSize : saltSize+12])} {
			if seen[part] {
				t.Fatal("a salt, a nonce or a ciphertext came twice")
			}
			seen[part] = true
		}
	}
}

// Old keys open, the newest one seals, and after resealing the old ones can go (X3).
func TestRotation(t *testing.T) {
	k1, k2 := keyring.Generate("k1"), keyring.Generate("k2")
	before := New(ring(t, k1)).Seal([]byte("secret"), "notes", "body", "1")
	both := New(ring(t, k2, k1))
	if plain, err := both.Open(before, "notes", "body", "1"); err != nil || string(plain) != "secret" {
		t.Fatalf("old value: %q, %v", plain, err)
	}
	after, err := both.Reseal(before, "notes", "body", "1")
	if err != nil || !strings.HasPrefix(after, "v1.k2.") {
		t.Fatalf("resealed to %q, %v", after, err)
	}
	if again, err := both.Reseal(after, "notes", "body", "1"); err != nil || again != after {
		t.Errorf("resealed once more: %q, %v", again, err)
	}
	if _, err := both.Reseal(before, "notes", "body", "2"); !errors.Is(err, ErrTampered) {
		t.Errorf("resealing in another place: %v", err)
	}
	alone := New(ring(t, k2))
	if plain, err := alone.Open(after, "notes", "body", "1"); err != nil || string(plain) != "secret" {
		t.Errorf("without the old key: %q, %v", plain, err)
	}
	if _, err := alone.Open(before, "notes", "body", "1"); !errors.Is(err, ErrKey) {
		t.Errorf("a value of the old key: %v, want %v", err, ErrKey)
	}
	if _, err := New(ring(t, keyring.Generate("k1"))).Open(before, "notes", "body", "1"); !errors.Is(err, ErrTampered) {
		t.Errorf("another key of the same name: %v, want %v", err, ErrTampered)
	}
}

// Plain text is sealed only when an operator says so.
func TestRenew(t *testing.T) {
	c := New(ring(t, keyring.Generate("k1"))).Column("notes", "body")
	if got, err := c.Renew("plain", "ann", "1", false); err == nil {
		t.Errorf("plain text became %q", got)
	}
	sealed, err := c.Renew("plain", "ann", "1", true)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := c.Open(context.Background(), sealed, "ann", "1"); err != nil || plain != "plain" {
		t.Errorf("opened %q, %v", plain, err)
	}
	if again, err := c.Renew(sealed, "ann", "1", true); err != nil || again != sealed {
		t.Errorf("sealed twice: %q, %v", again, err)
	}
}
