// Package session signs people in with a cookie whose session is a row in the database.
//
// The cookie holds a random token, the row its SHA-256, so that reading the database opens no session (ASVS 5.0.0 V7.2.2). The
// token is all that the client decides: how long a session lasts, whose it is and what its user may do are read from the database
// at every request. A session ends when it is idle, after a fixed time in any case, at logout, when its user changes the password,
// signs out everywhere or begins too many others, and when an operator disables the account.
package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/app/internal/accounts"
	"example.com/app/internal/config"
	"example.com/app/internal/event"
	"example.com/app/internal/identity"
	"example.com/app/internal/request"
)

// tokenSize is the length of rand.Text: 26 letters and digits, 130 random bits (ASVS 5.0.0 V7.2.3 wants 128).
const tokenSize = 26

// maxPerUser is how many sessions a user has at once: more devices than a person has, and few enough to be read in a list. The
// oldest ends when another one begins (CWE-770).
const maxPerUser = 50

// A Session is one login of a user.
type Session struct {
	ID        string // UUID; names the session in lists and opens nothing
	UserID    string
	Epoch     int64             // the user's epoch at the login
	Digest    [sha256.Size]byte // of the token
	CreatedAt time.Time         // also when the user last signed in
	SeenAt    time.Time         // when it was last used, to the minute
}

// ErrNotFound says that there is no such session.
var ErrNotFound = errors.New("session: not found")

// A Store keeps sessions.
type Store interface {
	// Create stores a session and ends the user's oldest ones beyond max, whose ids it returns. The error is accounts.ErrNotFound
	// if the user has no such epoch any more, is disabled or was erased.
	Create(ctx context.Context, s Session, max int) (ended []string, err error)
	// ByDigest returns the session and its user, as they are now; ErrNotFound.
	ByDigest(ctx context.Context, digest [sha256.Size]byte) (Session, accounts.User, error)
	// List returns up to limit of the user's sessions after the cursor, oldest first: those that were created after made, seen
	// after seen, and are of the user's epoch.
	List(ctx context.Context, userID string, made, seen time.Time, after request.Cursor, limit int) ([]Session, error)
	Touch(ctx context.Context, id string, seen time.Time) error
	// Delete removes a session of the user. A session of another user is ErrNotFound.
	Delete(ctx context.Context, userID, id string) error
	// DeleteExpired removes sessions that were created or last seen before these times, and those of an earlier epoch.
	DeleteExpired(ctx context.Context, made, seen time.Time) error
}

// A Manager begins, finds and ends sessions.
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

// Challenge is the WWW-Authenticate value of a 401. It is not a registered scheme, so that browsers show no dialog.
func (m *Manager) Challenge() string { return `Session realm="` + config.Name + `"` }

// Authenticate finds the actor of a request by its cookie. A browser has one cookie with a __Host- name, so that a second one was
// added on the way; choosing between them could choose the planted one (CWE-384).
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

// find returns the session that token opens, if it still holds: its user is neither disabled nor in a later epoch (ASVS 5.0.0
// V7.4.2, V8.3.2).
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
		if err := m.store.Touch(ctx, s.ID, stored(now)); err != nil {
			return Session{}, accounts.User{}, err
		}
	}
	return s, u, nil
}

// precision is how exact SeenAt is: to the minute, because writing a row costs more than the request itself; finer for idle times
// that are short.
func (m *Manager) precision() time.Duration { return min(time.Minute, m.idle/4) }

// begin creates a session for u and returns the token.
func (m *Manager) begin(ctx context.Context, u accounts.User) (token string, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("create session: %w", err)
	}
	token = rand.Text()
	now := stored(m.now())
	s := Session{ID: id.String(), UserID: u.ID, Epoch: u.Epoch, Digest: sha256.Sum256([]byte(token)), CreatedAt: now, SeenAt: now}
	ended, err := m.store.Create(ctx, s, maxPerUser)
	if err != nil {
		return "", err
	}
	for _, id := range ended {
		event.Log(ctx, event.SessionEvicted, slog.String("user", u.ID), slog.String("session", id))
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

// list returns up to limit sessions of the user that still hold, after the cursor.
func (m *Manager) list(ctx context.Context, userID string, after request.Cursor, limit int) ([]Session, error) {
	made, seen := m.limits()
	return m.store.List(ctx, userID, made, seen, after, limit)
}

// over returns the limit by which s has ended; empty if it has not.
func (m *Manager) over(s Session, now time.Time) string {
	switch {
	case now.Sub(s.CreatedAt) >= m.absolute:
		return "absolute"
	case now.Sub(s.SeenAt) >= m.idle:
		return "idle"
	}
	return ""
}

// limits are the times of creation and of last use at and before which a session is over now.
func (m *Manager) limits() (made, seen time.Time) {
	now := m.now()
	return stored(now.Add(-m.absolute)), stored(now.Add(-m.idle))
}

// RemoveExpired removes sessions that are over. They open nothing any more: this is about their number.
func (m *Manager) RemoveExpired(ctx context.Context) error {
	made, seen := m.limits()
	return m.store.DeleteExpired(ctx, made, seen)
}

// stored returns t in the precision of every database.
func stored(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
