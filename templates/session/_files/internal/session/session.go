// Package session signs people in with a cookie that stands for a row in the database.
//
// The cookie holds a random token; the row holds its SHA-256, so that nobody who reads the database can use what is
// there (ASVS 5.0.0 V7.2.2). Nothing that the client sends decides anything else: how long a session lasts, whose it is and what its user may do
// are read from the database at every request. A session ends when it is idle, after a fixed time in any case, at logout, when its
// user changes the password or signs out everywhere, and when an operator closes the account.
package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/app/internal/accounts"
	"example.com/app/internal/config"
	"example.com/app/internal/event"
	"example.com/app/internal/identity"
)

// tokenSize is the length of rand.Text: 26 letters and digits, 130 random bits (ASVS 5.0.0 V7.2.3 wants 128).
const tokenSize = 26

// A Session is one sign-in of a user.
type Session struct {
	ID        string // UUID; names the session in lists, opens nothing
	UserID    string
	Epoch     int64             // the user's epoch at the sign-in
	Digest    [sha256.Size]byte // of the token
	CreatedAt time.Time         // also when the user last proved who they are
	SeenAt    time.Time         // when it was last used, or up to a minute before
}

// ErrNotFound says that there is no such session.
var ErrNotFound = errors.New("session: not found")

// A Store keeps sessions.
type Store interface {
	Create(ctx context.Context, s Session) error
	// ByDigest returns the session and its user, as they are now.
	ByDigest(ctx context.Context, digest [sha256.Size]byte) (Session, accounts.User, error)
	// List returns the user's sessions of the epoch, oldest first.
	List(ctx context.Context, userID string, epoch int64) ([]Session, error)
	Touch(ctx context.Context, id string, seen time.Time) error
	// Delete removes a session of the user. A session of somebody else is ErrNotFound.
	Delete(ctx context.Context, userID, id string) error
	// DeleteExpired removes sessions that were made or last seen before these times, and those of an epoch that is over.
	DeleteExpired(ctx context.Context, made, seen time.Time) error
}

// A Manager makes, finds and ends sessions.
type Manager struct {
	store    Store
	idle     time.Duration
	absolute time.Duration
	now      func() time.Time
}

// New returns a Manager of sessions that end after idle without a request, and after absolute in any case.
func New(store Store, idle, absolute time.Duration, now func() time.Time) *Manager {
	return &Manager{store: store, idle: idle, absolute: absolute, now: now}
}

// Challenge is the WWW-Authenticate value of a 401. It is no registered scheme, because browsers must not answer it with a
// dialog of their own.
func (m *Manager) Challenge() string { return `Session realm="` + config.Name + `"` }

// Authenticate finds the actor of a request by its cookie. A browser holds one cookie with a __Host- name, so two mean that
// something between it and us added one; choosing between them could choose the planted one (CWE-384).
func (m *Manager) Authenticate(r *http.Request) (identity.Actor, error) {
	cookies := r.CookiesNamed(cookieName)
	switch len(cookies) {
	case 0:
		return identity.Actor{}, identity.ErrNone
	case 1:
	default:
		return identity.Actor{}, fmt.Errorf("%w: repeated", identity.ErrInvalid)
	}
	s, u, err := m.find(r.Context(), cookies[0].Value)
	if err != nil {
		return identity.Actor{}, err
	}
	return identity.Actor{ID: u.ID, Scopes: u.Role.Scopes(), Session: s.ID, AuthTime: s.CreatedAt}, nil
}

// find returns the session that token opens, if it still holds.
func (m *Manager) find(ctx context.Context, token string) (Session, accounts.User, error) {
	if len(token) != tokenSize {
		return Session{}, accounts.User{}, fmt.Errorf("%w: malformed", identity.ErrInvalid)
	}
	s, u, err := m.store.ByDigest(ctx, sha256.Sum256([]byte(token)))
	if errors.Is(err, ErrNotFound) {
		return Session{}, accounts.User{}, fmt.Errorf("%w: unknown", identity.ErrInvalid)
	}
	if err != nil {
		return Session{}, accounts.User{}, err
	}
	now := m.now()
	reason := m.over(s, now)
	switch {
	case u.Disabled:
		reason = "disabled"
	case u.Epoch != s.Epoch:
		reason = "revoked"
	}
	if reason != "" {
		event.Log(ctx, event.SessionExpired, slog.String("user", u.ID), slog.String("session", s.ID), slog.String("reason", reason))
		if err := m.store.Delete(ctx, u.ID, s.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return Session{}, accounts.User{}, err
		}
		return Session{}, accounts.User{}, fmt.Errorf("%w: %s", identity.ErrInvalid, reason)
	}
	if now.Sub(s.SeenAt) >= m.precision() {
		s.SeenAt = now
		if err := m.store.Touch(ctx, s.ID, moment(now)); err != nil {
			return Session{}, accounts.User{}, err
		}
	}
	return s, u, nil
}

// precision is how exactly SeenAt is kept: to the minute, because a row that is written at every request costs more than the
// request; finer for idle times that are short themselves.
func (m *Manager) precision() time.Duration { return min(time.Minute, m.idle/4) }

// begin makes a session for u and returns the token.
func (m *Manager) begin(ctx context.Context, u accounts.User) (token string, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make session id: %w", err)
	}
	token = rand.Text()
	now := moment(m.now())
	s := Session{ID: id.String(), UserID: u.ID, Epoch: u.Epoch, Digest: sha256.Sum256([]byte(token)), CreatedAt: now, SeenAt: now}
	if err := m.store.Create(ctx, s); err != nil {
		return "", err
	}
	event.Log(ctx, event.SessionCreated, slog.String("user", u.ID), slog.String("session", s.ID))
	return token, nil
}

// revoke ends a session of the user.
func (m *Manager) revoke(ctx context.Context, userID, id string) error {
	if err := m.store.Delete(ctx, userID, id); err != nil {
		return err
	}
	event.Log(ctx, event.SessionRevoked, slog.String("user", userID), slog.String("session", id))
	return nil
}

// list returns the sessions of u that still hold.
func (m *Manager) list(ctx context.Context, u accounts.User) ([]Session, error) {
	all, err := m.store.List(ctx, u.ID, u.Epoch)
	now := m.now()
	return slices.DeleteFunc(all, func(s Session) bool { return m.over(s, now) != "" }), err
}

// over says by which limit s has ended; empty if it has not.
func (m *Manager) over(s Session, now time.Time) string {
	switch {
	case now.Sub(s.CreatedAt) >= m.absolute:
		return "absolute"
	case now.Sub(s.SeenAt) >= m.idle:
		return "idle"
	}
	return ""
}

// RemoveExpired removes sessions that nobody can use any more.
func (m *Manager) RemoveExpired(ctx context.Context) error {
	now := m.now()
	return m.store.DeleteExpired(ctx, moment(now.Add(-m.absolute)), moment(now.Add(-m.idle)))
}

// moment is t as every database can keep it.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
