package apikey

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"example.com/app/internal/bearer"
	"example.com/app/internal/event"
	"example.com/app/internal/identity"
	"example.com/app/internal/logging"
)

// ErrNotFound says that a store has no such key.
var ErrNotFound = errors.New("apikey: not found")

// A Store keeps keys by their digest.
type Store interface {
	Create(ctx context.Context, k Key, d Digest) error
	ByDigest(ctx context.Context, d Digest) (Key, error) // ErrNotFound
	List(ctx context.Context) ([]Key, error)             // oldest first
	Revoke(ctx context.Context, id string, at time.Time) error
	Used(ctx context.Context, id string, at time.Time) error
}

// MaxLifetime bounds how long a key may be good for: one that nobody has to think of again is one that nobody misses.
const MaxLifetime = 366 * 24 * time.Hour

// usedEvery is how exact the time of last use is. Writing it at each request would make every read a write.
const usedEvery = time.Minute

// A Service makes keys and knows their owners.
type Service struct {
	store  Store
	prefix string
	realm  string
	scopes []string // that a key may have
	now    func() time.Time

	mu    sync.Mutex
	noted map[string]time.Time // id → when its use was last kept; one entry a key
}

// New returns a Service. Prefix begins every key, realm is what a 401 calls the service, scopes are those that a key may have, now is
// the clock.
func New(store Store, prefix, realm string, scopes []string, now func() time.Time) *Service {
	return &Service{store: store, prefix: prefix, realm: realm, scopes: scopes, now: now, noted: map[string]time.Time{}}
}

// Create makes a key and returns it with what is known about it. This is the one moment when the key is there.
func (s *Service) Create(ctx context.Context, owner string, scopes []string, lifetime time.Duration) (string, Key, error) {
	switch {
	case owner == "" || len(owner) > 100 || strings.ContainsFunc(owner, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", Key{}, errors.New("an owner is 1 to 100 printable ASCII characters without spaces")
	case lifetime <= 0 || lifetime > MaxLifetime:
		return "", Key{}, fmt.Errorf("a key lives longer than 0 and no longer than %d days", MaxLifetime/(24*time.Hour))
	}
	for _, scope := range scopes {
		if !slices.Contains(s.scopes, scope) {
			return "", Key{}, fmt.Errorf("a scope is one of %s", strings.Join(s.scopes, ", "))
		}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", Key{}, fmt.Errorf("create key: %w", err)
	}
	now := s.now().UTC().Truncate(time.Microsecond)
	k := Key{ID: id.String(), Owner: owner, Scopes: slices.Compact(slices.Sorted(slices.Values(scopes))), Created: now, Expires: now.Add(lifetime)}
	secret := generate(s.prefix)
	if err := s.store.Create(ctx, k, DigestOf(secret)); err != nil {
		return "", Key{}, fmt.Errorf("create key: %w", err)
	}
	event.Log(ctx, event.APIKeyCreated, slog.String("key", k.ID), slog.String("owner", k.Owner))
	return secret, k, nil
}

// List returns all keys, oldest first.
func (s *Service) List(ctx context.Context) ([]Key, error) { return s.store.List(ctx) }

// Revoke ends a key: the next request with it is refused.
func (s *Service) Revoke(ctx context.Context, id string) error {
	if err := s.store.Revoke(ctx, id, s.now().UTC().Truncate(time.Microsecond)); err != nil {
		return err
	}
	event.Log(ctx, event.APIKeyRevoked, slog.String("key", id))
	return nil
}

// Authenticate finds the owner of the key that a request carries. The store is asked each time, so that a revoked key is
// refused at once.
func (s *Service) Authenticate(r *http.Request) (identity.Actor, error) {
	secret, err := bearer.Token(r)
	if err != nil {
		return identity.Actor{}, err
	}
	if !wellFormed(s.prefix, secret) {
		return identity.Actor{}, fmt.Errorf("%w: not one of our keys", identity.ErrInvalid)
	}
	// Looking up by digest leaks nothing by its timing: an attacker who could choose the digest would have to invert SHA-256 first.
	k, err := s.store.ByDigest(r.Context(), DigestOf(secret))
	now := s.now()
	switch {
	case errors.Is(err, ErrNotFound):
		return identity.Actor{}, fmt.Errorf("%w: unknown key", identity.ErrInvalid)
	case err != nil:
		return identity.Actor{}, err
	case !k.Revoked.IsZero():
		return identity.Actor{}, fmt.Errorf("%w: revoked key %s", identity.ErrInvalid, k.ID)
	case !now.Before(k.Expires):
		return identity.Actor{}, fmt.Errorf("%w: expired key %s", identity.ErrInvalid, k.ID)
	}
	s.noteUse(r.Context(), k.ID, now)
	return identity.Actor{ID: k.Owner, Scopes: k.Scopes, Session: k.ID}, nil
}

// Challenge is the WWW-Authenticate value of a 401.
func (s *Service) Challenge() string { return bearer.Challenge(s.realm) }

// noteUse keeps when the key was used, at most once a minute. A request does not fail because that could not be kept.
func (s *Service) noteUse(ctx context.Context, id string, now time.Time) {
	s.mu.Lock()
	due := now.Sub(s.noted[id]) >= usedEvery
	if due {
		s.noted[id] = now
	}
	s.mu.Unlock()
	if !due {
		return
	}
	if err := s.store.Used(ctx, id, now.UTC().Truncate(time.Microsecond)); err != nil {
		logging.From(ctx).LogAttrs(ctx, slog.LevelError, "last use of an API key is not kept", slog.String("key", id), slog.String("cause", err.Error()))
	}
}
