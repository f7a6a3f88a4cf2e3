// Package refresh keeps people signed in with tokens.
//
// A login begins a session: an access token that lives for minutes, and a refresh token that gets the next pair and is good once. All
// refresh tokens of a session are a family. One that is used twice was copied, by whoever used it first or second: the family ends, and with it
// every access token of the session (RFC 9700 section 4.14.2, ASVS 5.0.0 V10.4.5). A client that sends the same refresh token twice at
// once is no thief: see Refresh.
//
// Refresh tokens are random, not signed: what a session is stands in the store, where it can be ended. Only SHA-256 digests are kept.
package refresh

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
	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
	"example.com/app/internal/problem"
	"example.com/app/internal/ratelimit"
	"example.com/app/internal/token"
)

// The refusals of a refresh. Refused is one for all reasons but a race, after which a client tries again with the token that the
// other request got.
var (
	Refused = problem.Problem{Slug: "refresh-refused", Title: "The refresh token is not valid; sign in again", Status: http.StatusUnauthorized}
	Raced   = problem.Problem{Slug: "refresh-raced", Title: "Another request has just used this refresh token", Status: http.StatusUnauthorized}
)

// ErrNotFound says that a store has no such session or token.
var ErrNotFound = errors.New("refresh: not found")

// perSession is how often one session may be refreshed. A client needs it once in the lifetime of an access token; a loop must not
// become a stream of writes.
var perSession = config.Rate{Requests: 10, Window: time.Minute, Burst: 10}

// settling is how long a rotation may be committed without a note of when: longer than any request lives.
const settling = 30 * time.Second

// A Session began with a login.
type Session struct {
	ID       string // UUID
	User     string // id
	Epoch    int64  // of the user at the login
	Created  time.Time
	LastSeen time.Time // the login, or the last refresh
	Expires  time.Time // absolute: refreshing does not move it (ASVS 5.0.0 V10.4.8)
}

// A Digest is the SHA-256 of a refresh token.
type Digest [sha256.Size]byte

// A Token is what is known about a refresh token.
type Token struct {
	Session Session
	User    accounts.User
	Rotated time.Time // when the next one took its place; zero if it is the newest
	Settled time.Time // some moment after that was committed; zero if the note is not there yet
}

// A Store keeps sessions and the digests of their refresh tokens.
type Store interface {
	Begin(ctx context.Context, s Session, first Digest) error
	ByDigest(ctx context.Context, d Digest) (Token, error) // ErrNotFound
	// Rotate puts next in the place of old. Of many at once one wins; the others, and whoever comes when the session has ended, have not.
	Rotate(ctx context.Context, session string, old, next Digest, at time.Time) (won bool, err error)
	// Settle notes a moment after Rotate was committed.
	Settle(ctx context.Context, old Digest, at time.Time) error
	// ByID returns a session and its user. ErrNotFound
	ByID(ctx context.Context, id string) (Session, accounts.User, error)
	// List returns the sessions of a user that still hold, newest first.
	List(ctx context.Context, user string, now time.Time) ([]Session, error)
	// End ends a session of a user. ErrNotFound
	End(ctx context.Context, user, id string) error
	EndAll(ctx context.Context, user string) error
	RemoveExpired(ctx context.Context, now time.Time) error
}

// A Service hands out tokens and takes them back.
type Service struct {
	store    Store
	accounts *accounts.Service
	issuer   *token.Issuer
	ttl      time.Duration
	limit    *ratelimit.Limiter[string]
	now      func() time.Time
}

// New returns a Service whose sessions end ttl after the login. Now is the clock.
func New(store Store, a *accounts.Service, issuer *token.Issuer, ttl time.Duration, now func() time.Time) *Service {
	return &Service{store: store, accounts: a, issuer: issuer, ttl: ttl, limit: ratelimit.New[string]("refresh", perSession), now: now}
}

// Tokens are what a client gets.
type Tokens struct {
	Access   string
	Lifetime time.Duration // of the access token
	Refresh  string
}

// Begin signs a user in.
func (s *Service) Begin(ctx context.Context, u accounts.User) (Tokens, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Tokens{}, fmt.Errorf("begin session: %w", err)
	}
	now := s.micros()
	session := Session{ID: id.String(), User: u.ID, Epoch: u.Epoch, Created: now, LastSeen: now, Expires: now.Add(s.ttl)}
	secret := newSecret()
	if err := s.store.Begin(ctx, session, digest(secret)); err != nil {
		return Tokens{}, err
	}
	event.Log(ctx, event.SessionBegun, slog.String("user", u.ID), slog.String("session", session.ID))
	return s.tokens(session, u, secret)
}

// Refresh takes a refresh token and hands out the next pair. Began is when the request began.
//
// A token that was taken before was either copied, or sent twice at once by a client with two tabs or a bad connection. The difference is
// when this request began: before the rotation was committed, it lost a race and could not have known; nothing ends. After it,
// the answer with the next token was on its way or there, and nobody but a thief, or a client that lost the answer, still sends the old
// one: the session ends. The two cannot be told apart by anything a client says.
func (s *Service) Refresh(ctx context.Context, secret string, began time.Time) (Tokens, error) {
	if len(secret) != secretLength {
		return Tokens{}, s.refuse(ctx, "malformed", "")
	}
	old := digest(secret)
	t, err := s.store.ByDigest(ctx, old)
	if errors.Is(err, ErrNotFound) {
		return Tokens{}, s.refuse(ctx, "unknown", "")
	}
	if err != nil {
		return Tokens{}, err
	}
	now := s.micros()
	switch {
	case !now.Before(t.Session.Expires):
		return Tokens{}, s.refuse(ctx, "expired", t.Session.ID)
	case t.User.Disabled || t.User.Epoch != t.Session.Epoch:
		return Tokens{}, s.refuse(ctx, "signed_out", t.Session.ID)
	case !t.Rotated.IsZero() && s.raced(t, began):
		return Tokens{}, s.lost(ctx, t.Session.ID)
	case !t.Rotated.IsZero():
		event.Log(ctx, event.RefreshReused, slog.String("user", t.User.ID), slog.String("session", t.Session.ID))
		metrics.From(ctx).AuthFailed("token")
		if err := s.store.End(ctx, t.User.ID, t.Session.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return Tokens{}, err
		}
		return Tokens{}, Refused
	}
	if res := s.limit.Peek(t.Session.ID); !res.Allowed {
		return Tokens{}, ratelimit.Exceeded(res)
	}
	next := newSecret()
	won, err := s.store.Rotate(ctx, t.Session.ID, old, digest(next), now)
	if err != nil {
		return Tokens{}, err
	}
	if !won { // it was the newest a moment ago: the other one was committed since this request began
		return Tokens{}, s.lost(ctx, t.Session.ID)
	}
	s.limit.Allow(t.Session.ID) // only who wins counts: the losers of a race must not use up what the winner needs next
	if err := s.store.Settle(context.WithoutCancel(ctx), old, s.now().UTC()); err != nil {
		// The next pair is committed and must get out. Without the note the old token counts as raced for a while, then as reused.
		logging.From(ctx).LogAttrs(ctx, slog.LevelError, "rotation is not noted", slog.String("cause", err.Error()))
	}
	return s.tokens(t.Session, t.User, next)
}

// raced reports whether a request that began then could not have known of the rotation. Between commit and note there is a moment in which
// the answer is not out yet: whoever begins in it could not have known either.
func (s *Service) raced(t Token, began time.Time) bool {
	if t.Settled.IsZero() {
		return s.now().Sub(t.Rotated) < settling
	}
	return !began.After(t.Settled)
}

func (s *Service) refuse(ctx context.Context, reason, session string) error {
	event.Log(ctx, event.RefreshRefused, slog.String("reason", reason), slog.String("session", session))
	metrics.From(ctx).AuthFailed("token")
	return Refused
}

func (s *Service) lost(ctx context.Context, session string) error {
	event.Log(ctx, event.RefreshRaced, slog.String("session", session))
	return Raced
}

func (s *Service) tokens(session Session, u accounts.User, refresh string) (Tokens, error) {
	access, err := s.issuer.Issue(u.ID, session.ID, u.Role.Scopes(), session.Created)
	if err != nil {
		return Tokens{}, err
	}
	return Tokens{Access: access, Lifetime: s.issuer.Lifetime(), Refresh: refresh}, nil
}

// Active returns a session and its user if both still hold. Asked at every request, so that an access token ends with its
// session and not when it expires (ASVS 5.0.0 V7.4.1, V7.4.2, V8.3.2).
func (s *Service) Active(ctx context.Context, id string) (Session, accounts.User, error) {
	session, u, err := s.store.ByID(ctx, id)
	if err != nil {
		return Session{}, accounts.User{}, err
	}
	if u.Disabled || u.Epoch != session.Epoch || !s.now().Before(session.Expires) {
		return Session{}, accounts.User{}, ErrNotFound
	}
	return session, u, nil
}

// List returns the sessions of a user that still hold, newest first.
func (s *Service) List(ctx context.Context, user string) ([]Session, error) {
	return s.store.List(ctx, user, s.now().UTC())
}

// End ends a session of a user.
func (s *Service) End(ctx context.Context, user, id string) error {
	if err := s.store.End(ctx, user, id); err != nil {
		return err
	}
	event.Log(ctx, event.SessionEnded, slog.String("user", user), slog.String("session", id))
	return nil
}

// EndAll ends all sessions of a user. Raising the epoch is what does it, at once; removing the rows is tidiness.
func (s *Service) EndAll(ctx context.Context, user string) error {
	if err := s.accounts.SignOutEverywhere(ctx, user, "user"); err != nil {
		return err
	}
	return s.store.EndAll(ctx, user)
}

// RemoveExpired removes sessions whose time is over.
func (s *Service) RemoveExpired(ctx context.Context) error {
	return s.store.RemoveExpired(ctx, s.now().UTC())
}

// micros is now as databases keep it.
func (s *Service) micros() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// secretLength is two of rand.Text: 260 bits.
const secretLength = 2 * 26

func newSecret() string { return rand.Text() + rand.Text() }

// digest is what is kept of a refresh token. Looking up by it leaks nothing by its timing: whoever could choose it would have to invert
// SHA-256 first.
func digest(secret string) Digest { return sha256.Sum256([]byte(secret)) }
