package apikey

import (
	"context"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/app/internal/identity"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// memory keeps keys for the tests of Service.
type memory struct {
	keys  map[Digest]Key
	asked int
	used  []time.Time
	away  error
}

func (m *memory) Create(_ context.Context, k Key, d Digest) error { m.keys[d] = k; return m.away }

func (m *memory) ByDigest(_ context.Context, d Digest) (Key, error) {
	m.asked++
	k, ok := m.keys[d]
	if m.away == nil && !ok {
		return Key{}, ErrNotFound
	}
	return k, m.away
}

func (m *memory) List(context.Context) (list []Key, _ error) {
	for _, k := range m.keys {
		list = append(list, k)
	}
	return list, m.away
}

func (m *memory) Revoke(_ context.Context, id string, at time.Time) error {
	for d, k := range m.keys {
		if k.ID == id {
			k.Revoked = at
			m.keys[d] = k
			return nil
		}
	}
	return ErrNotFound
}

func (m *memory) Used(_ context.Context, _ string, at time.Time) error {
	m.used = append(m.used, at)
	return m.away
}

type bench struct {
	*Service
	store *memory
	now   time.Time
}

func newBench() *bench {
	b := &bench{store: &memory{keys: map[Digest]Key{}}, now: noon}
	b.Service = New(b.store, "orders", "orders", []string{"notes:read", "notes:write"}, func() time.Time { return b.now })
	return b
}

func (b *bench) ask(secret string) (identity.Actor, error) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	return b.Authenticate(r)
}

func TestAuthenticate(t *testing.T) {
	ctx, b := context.Background(), newBench()
	secret, k, err := b.Create(ctx, "billing", []string{"notes:write", "notes:read", "notes:write"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.ask(secret)
	if err != nil || a.ID != "billing" || a.Session != k.ID || !slices.Equal(a.Scopes, []string{"notes:read", "notes:write"}) || !a.AuthTime.IsZero() {
		t.Errorf("in order: %+v, %v", a, err)
	}
	for d := range b.store.keys {
		if strings.Contains(string(d[:]), secret) || d != DigestOf(secret) {
			t.Error("more than a digest is kept")
		}
	}
	b.now = noon.Add(time.Hour)
	if _, err := b.ask(secret); !errors.Is(err, identity.ErrInvalid) {
		t.Errorf("expired: %v", err)
	}
	b.now = noon.Add(time.Hour - time.Nanosecond)
	if _, err := b.ask(secret); err != nil {
		t.Errorf("just before: %v", err)
	}
	if err := b.Revoke(ctx, k.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ask(secret); !errors.Is(err, identity.ErrInvalid) || strings.Contains(err.Error(), secret) {
		t.Errorf("revoked: %v", err)
	}
	b.store.away = errors.New("away")
	if _, err := b.ask(secret); err == nil || errors.Is(err, identity.ErrInvalid) {
		t.Errorf("a failure of ours: %v", err)
	}
}

// The store is asked for what may be a key, and for nothing else.
func TestShape(t *testing.T) {
	b := newBench()
	secret, _, err := b.Create(context.Background(), "billing", []string{"notes:read"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if len(secret) != len("orders_")+52+7 || strings.Trim(secret[7:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Errorf("a key of %d characters", len(secret))
	}
	mistyped := []byte(secret)
	mistyped[20], mistyped[21] = mistyped[21], mistyped[20]
	if mistyped[20] == mistyped[21] {
		mistyped[20] ^= 1
	}
	for name, wrong := range map[string]string{
		"mistyped": string(mistyped), "another prefix": "x" + secret, "no prefix": secret[7:], "short": secret[:30], "checksum cut": secret[:len(secret)-7], "nothing": "orders_",
	} {
		if _, err := b.ask(wrong); !errors.Is(err, identity.ErrInvalid) || b.store.asked != 0 {
			t.Errorf("%s: %v, the store was asked %d times", name, err, b.store.asked)
		}
	}
	seen := map[string]bool{}
	for range 1000 {
		seen[generate("orders")] = true
	}
	if len(seen) != 1000 {
		t.Error("keys repeat")
	}
}

func TestCreateRefuses(t *testing.T) {
	b := newBench()
	for name, try := range map[string]func() error{
		"no owner": func() error {
			_, _, err := b.Create(context.Background(), "", []string{"notes:read"}, time.Hour)
			return err
		},
		"owner in two": func() error {
			_, _, err := b.Create(context.Background(), "a b", []string{"notes:read"}, time.Hour)
			return err
		},
		"unknown scope": func() error {
			_, _, err := b.Create(context.Background(), "a", []string{"admin"}, time.Hour)
			return err
		},
		"no lifetime": func() error { _, _, err := b.Create(context.Background(), "a", []string{"notes:read"}, 0); return err },
		"for two years": func() error {
			_, _, err := b.Create(context.Background(), "a", []string{"notes:read"}, 2*MaxLifetime)
			return err
		},
	} {
		if try() == nil || len(b.store.keys) > 0 {
			t.Errorf("%s: made", name)
		}
	}
}

// The time of last use is exact to a minute, and a request does not fail because it cannot be kept.
func TestLastUse(t *testing.T) {
	b := newBench()
	secret, _, err := b.Create(context.Background(), "billing", []string{"notes:read"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, err := b.ask(secret); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(time.Second)
	}
	if len(b.store.used) != 2 || !b.store.used[0].Equal(noon) || !b.store.used[1].Equal(noon.Add(time.Minute)) {
		t.Errorf("kept %v", b.store.used)
	}
}
