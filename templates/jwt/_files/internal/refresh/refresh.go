// Package refresh keeps people signed in with tokens.
//
// A login begins a session: an access token that lives for minutes, and a refresh token that gets the next pair and is valid once.
// All refresh tokens of a session are a family. One that is used twice was copied: the family ends, and with it every access token
// of the session (RFC 9700 section 4.14.2, ASVS 5.0.0 V10.4.5). A client that sends the same refresh token twice at once is not a
// thief: see Refresh.
//
// Refresh tokens are random, not signed: sessions are rows in the store, where they can be ended. Only SHA-256 digests are stored.
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
	"example.com/app/internal/event"
	"example.com/app/internal/guard"
	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
	"example.com/app/internal/token"
)

// The refusals of a refresh. Refused is the same for all reasons except a race, after which the client retries with the token that
// the other request got.
var (
	Refused = problem.Problem{Slug: "refresh-refused", Title: "The refresh token is not valid; sign in again", Status: http.StatusUnauthorized}
	Raced   = problem.Problem{Slug: "refresh-raced", Title: "Another request has just used this refresh token", Status: http.StatusUnauthorized}
)

// ErrNotFound says that a store has no such session or token.
var ErrNotFound = errors.New("refresh: not found")

// perSession is how often one session may be refreshed. A client needs it once per access token; a loop must not become a stream
// of writes.
var perSession = guard.Rate{Requests: 10, Window: time.Minute, Burst: 10}

// maxPerUser is how many sessions a user has at once: more devices than a person has, and few enough to be read in a list. The
// oldest ends when another one begins (CWE-770).
const maxPerUser = 50

// settling is how long a rotation may be committed without a note of when: longer than any request takes.
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
	Settled time.Time // some time after that was committed; zero if it has not been noted yet
}

// A Store keeps sessions and the digests of their refresh tokens.
type Store interface {
	// Begin stores a session and ends the user's oldest ones beyond max, whose ids it returns. The error is accounts.ErrNotFound if
	// the user has no such epoch any more, is disabled or was erased.
	Begin(ctx context.Context, s Session, first Digest, max int) (ended []string, err error)
	ByDigest(ctx context.Context, d Digest) (Token, error) // ErrNotFound
	// Rotate replaces old by next. Of concurrent calls one wins; after the end of the session none does.
	Rotate(ctx context.Context, session string, old, next Digest, at time.Time) (won bool, err error)
	// Settle notes a time after Rotate was committed.
	Settle(ctx context.Context, old Digest, at time.Time) error
	// ByID returns a session and its user. ErrNotFound
	ByID(ctx context.Context, id string) (Session, accounts.User, error)
	// List returns up to limit sessions of a user that still hold, after the cursor, oldest first.
	List(ctx context.Context, user string, now time.Time, after request.Cursor, limit int) ([]Session, error)
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
	limit    *guard.Limiter
	now      func() time.Time
}

// New returns a Service whose sessions end ttl after the login. Now is the clock.
func New(store Store, a *accounts.Service, issuer *token.Issuer, ttl time.Duration, now func() time.Time) *Service {
	return &Service{store: store, accounts: a, issuer: issuer, ttl: ttl, limit: guard.NewLimiter("refresh", perSession), now: now}
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
	ended, err := s.store.Begin(ctx, session, digest(secret), maxPerUser)
	if err != nil {
		return Tokens{}, err
	}
	for _, id := range ended {
		event.Log(ctx, event.SessionEvicted, slog.String("user", u.ID), slog.String("session", id))
	}
	event.Log(ctx, event.SessionBegun, slog.String("user", u.ID), slog.String("session", session.ID))
	return s.tokens(session, u, secret)
}

// Refresh takes a refresh token and hands out the next pair. Began is when the request began.
//
// A token that was used before was either copied, or sent twice at once by a client with two tabs or a bad connection. The difference
// is when this request began. Before the rotation was committed, it lost a race and could not have known: nothing ends. After it,
// the answer with the next token was on its way or there, and only a thief, or a client that lost the answer, still sends the old
// one: the session ends. Nothing that a client sends could tell the two apart.
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
	if res := s.limit.Peek(s.limit.Key(t.Session.ID)); !res.Allowed {
		return Tokens{}, problem.Refused(res.Refusal())
	}
	next := newSecret()
	won, err := s.store.Rotate(ctx, t.Session.ID, old, digest(next), now)
	if err != nil {
		return Tokens{}, err
	}
	if !won { // it was the newest just now: the other one was committed since this request began
		return Tokens{}, s.lost(ctx, t.Session.ID)
	}
	s.limit.Allow(s.limit.Key(t.Session.ID)) // only the winner counts: the losers of a race must not use up what it needs next
	if err := s.store.Settle(context.WithoutCancel(ctx), old, s.now().UTC()); err != nil {
		// The next pair is committed and must be sent. Without the note the old token counts as raced for a while, then as reused.
		logging.From(ctx).LogAttrs(ctx, slog.LevelError, "rotation is not noted", slog.String("cause", err.Error()))
	}
	return s.tokens(t.Session, t.User, next)
}

// raced reports whether a request that began then could not have known of the rotation. Between commit and note the answer is not
// sent yet: a request that begins then could not have known either.
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

// List returns up to limit sessions of a user that still hold, after the cursor, oldest first.
func (s *Service) List(ctx context.Context, user string, after request.Cursor, limit int) ([]Session, error) {
	return s.store.List(ctx, user, s.now().UTC(), after, limit)
}

// End ends a session of a user.
func (s *Service) End(ctx context.Context, user, id string) error {
	if err := s.store.End(ctx, user, id); err != nil {
		return err
	}
	event.Log(ctx, event.SessionEnded, slog.String("user", user), slog.String("session", id))
	return nil
}

// EndAll ends all sessions of a user. Raising the epoch does it at once; the rows are only removed.
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

// micros returns now in the precision of every database.
func (s *Service) micros() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// secretLength is two of rand.Text: 260 bits.
const secretLength = 2 * 26

func newSecret() string { return rand.Text() + rand.Text() }

// digest is what is stored of a refresh token. A lookup by it leaks nothing through its timing: choosing it would take inverting
// SHA-256.
func digest(secret string) Digest { return sha256.Sum256([]byte(secret)) }
