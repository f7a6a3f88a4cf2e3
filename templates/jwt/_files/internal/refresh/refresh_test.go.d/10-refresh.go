package refresh

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/problem"
	"example.com/app/internal/token"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// memory keeps sessions of one user, one request at a time.
type memory struct {
	Store     // what the tests do not need
	user      accounts.User
	sessions  map[string]Session
	tokens    map[Digest]*Token
	unsettled bool // Settle fails
}

func (m *memory) Begin(_ context.Context, s Session, first Digest, _ int) ([]string, error) {
	m.sessions[s.ID], m.tokens[first] = s, &Token{Session: s}
	return nil, nil
}

func (m *memory) ByDigest(_ context.Context, d Digest) (Token, error) {
	t, ok := m.tokens[d]
	if !ok {
		return Token{}, ErrNotFound
	}
	if _, ok := m.sessions[t.Session.ID]; !ok {
		return Token{}, ErrNotFound
	}
	found := *t
	found.User = m.user
	return found, nil
}

func (m *memory) Rotate(_ context.Context, _ string, old, next Digest, at time.Time) (bool, error) {
	t := m.tokens[old]
	if !t.Rotated.IsZero() {
		return false, nil
	}
	t.Rotated = at
	m.tokens[next] = &Token{Session: t.Session}
	return true, nil
}

func (m *memory) Settle(_ context.Context, old Digest, at time.Time) error {
	if m.unsettled {
		return errors.New("away")
	}
	m.tokens[old].Settled = at
	return nil
}

func (m *memory) ByID(_ context.Context, id string) (Session, accounts.User, error) {
	s, ok := m.sessions[id]
	if !ok {
		return Session{}, accounts.User{}, ErrNotFound
	}
	return s, m.user, nil
}

func (m *memory) End(_ context.Context, _, id string) error {
	delete(m.sessions, id)
	return nil
}

type bench struct {
	*Service
	store *memory
	now   time.Time
	first string // refresh token
	id    string // of the session
}

func newBench(t *testing.T) *bench {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{store: &memory{user: accounts.User{ID: "ann", Role: accounts.Writer, Epoch: 3}, sessions: map[string]Session{}, tokens: map[Digest]*Token{}}, now: noon}
	clock := func() time.Time { return b.now }
	issuer := token.NewIssuer(token.Rules{Issuer: "x", Audience: "x", Type: token.Type}, "k", private, time.Minute, clock)
	b.Service = New(b.store, nil, issuer, 24*time.Hour, clock)
	got, err := b.Begin(context.Background(), b.store.user)
	if err != nil {
		t.Fatal(err)
	}
	b.first = got.Refresh
	for b.id = range b.store.sessions {
	}
	return b
}

// refresh refreshes with a request that began when it says.
func (b *bench) refresh(secret string, began time.Time) (string, string) {
	got, err := b.Refresh(context.Background(), secret, began)
	if err != nil {
		return "", problem.From(err).Slug
	}
	return got.Refresh, ""
}

func (b *bench) alive() bool {
	_, _, err := b.Active(context.Background(), b.id)
	return err == nil
}

// When a request began decides: before the rotation was committed it lost a race, after it is reuse (C6).
func TestRaceAndReuse(t *testing.T) {
	tests := []struct {
		name  string
		began time.Duration // since the rotation was noted
		slug  string
		alive bool
	}{
		{"long before", -5 * time.Second, "refresh-raced", true},
		{"just before", -time.Microsecond, "refresh-raced", true},
		{"at the same time", 0, "refresh-raced", true},
		{"just after", time.Microsecond, "refresh-refused", false},
		{"long after", time.Hour, "refresh-refused", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			second, slug := b.refresh(b.first, b.now)
			if slug != "" {
				t.Fatal(slug)
			}
			settled := b.now
			b.now = settled.Add(2 * time.Hour)
			if _, slug := b.refresh(b.first, settled.Add(tt.began)); slug != tt.slug || b.alive() != tt.alive {
				t.Errorf("%q, alive %v", slug, b.alive())
			}
			if _, slug := b.refresh(second, b.now); (slug == "") != tt.alive {
				t.Errorf("the newest: %q", slug)
			}
		})
	}
}

// Between the commit and the note nobody can know of the rotation; a missing note does not protect a thief for long.
func TestRotationWithoutNote(t *testing.T) {
	b := newBench(t)
	b.store.unsettled = true
	if _, slug := b.refresh(b.first, b.now); slug != "" {
		t.Fatalf("the winner must get its tokens: %q", slug)
	}
	b.now = noon.Add(settling - time.Second)
	if _, slug := b.refresh(b.first, b.now); slug != "refresh-raced" || !b.alive() {
		t.Errorf("soon: %q", slug)
	}
	b.now = noon.Add(settling)
	if _, slug := b.refresh(b.first, b.now); slug != "refresh-refused" || b.alive() {
		t.Errorf("later: %q", slug)
	}
}

func TestRefused(t *testing.T) {
	for name, change := range map[string]func(*bench) string{
		"unknown":        func(b *bench) string { return newSecret() },
		"short":          func(b *bench) string { return b.first[1:] },
		"empty":          func(b *bench) string { return "" },
		"expired":        func(b *bench) string { b.now = noon.Add(24 * time.Hour); return b.first },
		"an older epoch": func(b *bench) string { b.store.user.Epoch++; return b.first },
		"disabled":       func(b *bench) string { b.store.user.Disabled = true; return b.first },
		"session ended":  func(b *bench) string { clear(b.store.sessions); return b.first },
	} {
		b := newBench(t)
		if _, slug := b.refresh(change(b), b.now); slug != "refresh-refused" {
			t.Errorf("%s: %q", name, slug)
		}
	}
}

// Refreshing does not move the end of a session.
func TestExpiryIsAbsolute(t *testing.T) {
	b := newBench(t)
	secret, slug := b.first, ""
	for range 8 {
		b.now = b.now.Add(2 * time.Hour)
		if secret, slug = b.refresh(secret, b.now); slug != "" {
			t.Fatal(slug)
		}
	}
	b.now = noon.Add(24*time.Hour - time.Second)
	if !b.alive() {
		t.Error("it ended early")
	}
	b.now = noon.Add(24 * time.Hour)
	if b.alive() {
		t.Error("it lives on")
	}
}

func TestActive(t *testing.T) {
	for name, change := range map[string]func(*bench){
		"an older epoch": func(b *bench) { b.store.user.Epoch++ },
		"disabled":       func(b *bench) { b.store.user.Disabled = true },
		"ended":          func(b *bench) { clear(b.store.sessions) },
	} {
		b := newBench(t)
		if !b.alive() {
			t.Fatal("not alive")
		}
		if change(b); b.alive() {
			t.Errorf("%s: alive", name)
		}
	}
}
