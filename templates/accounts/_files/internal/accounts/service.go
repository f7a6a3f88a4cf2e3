package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"example.com/app/internal/config"
	"example.com/app/internal/event"
	"example.com/app/internal/logging"
	"example.com/app/internal/metrics"
	"example.com/app/internal/password"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
	"example.com/app/internal/throttle"
)

// The refusals that callers are told.
var (
	// BadCredentials is the one answer to a failed login, whatever the reason (CWE-204).
	BadCredentials = problem.Problem{Slug: "bad-credentials", Title: "The e-mail address or the password is wrong", Status: http.StatusUnauthorized}
	// Exists tells that an address has an account. Only a confirmation by e-mail could avoid that; until then
	// registration is limited per address of the network.
	Exists = problem.Problem{Slug: "account-exists", Title: "There is an account with this e-mail address", Status: http.StatusConflict}
)

// A Service does what can be done with accounts.
type Service struct {
	store     Store
	passwords *password.Hasher
	attempts  *throttle.Limiter
	now       func() time.Time
}

// New returns a Service. Now is the clock.
func New(store Store, passwords *password.Hasher, attempts *throttle.Limiter, now func() time.Time) *Service {
	return &Service{store: store, passwords: passwords, attempts: attempts, now: now}
}

// Registration is what a new user brings.
type Registration struct {
	Email     string
	Username  string
	Password  string
	BirthDate string // 2006-01-02; may be empty if an operator makes the account
}

// Register makes an account for somebody who asked from an address. The new user may write.
func (s *Service) Register(ctx context.Context, r Registration, from netip.Addr) (User, error) {
	var broken request.Errors
	u := check(&broken, r)
	s.checkBirthDate(&broken, r.BirthDate)
	if err := broken.Err(); err != nil {
		return User{}, err
	}
	if err := s.attempts.Registration(ctx, from); err != nil {
		return User{}, err
	}
	return s.create(ctx, u, r.Password, Writer, "register")
}

// Create makes an account for an operator, who answers for the birth date and has no limit.
func (s *Service) Create(ctx context.Context, r Registration, role Role) (User, error) {
	var broken request.Errors
	u := check(&broken, r)
	if r.BirthDate != "" {
		s.checkBirthDate(&broken, r.BirthDate)
	}
	if err := broken.Err(); err != nil {
		return User{}, err
	}
	return s.create(ctx, u, r.Password, role, "operator")
}

func (s *Service) create(ctx context.Context, u User, plain string, role Role, by string) (User, error) {
	// Asked first, so that a stranger who registers a taken address over and over costs no hash. The unique index decides.
	switch _, err := s.store.ByEmail(ctx, u.Email); {
	case err == nil:
		return User{}, Exists
	case !errors.Is(err, ErrNotFound):
		return User{}, err
	}
	hash, err := s.passwords.Hash(ctx, plain)
	if err != nil {
		return User{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	u.ID, u.Password, u.Role, u.CreatedAt = id.String(), hash, role, s.now().UTC().Truncate(time.Microsecond)
	if err := s.store.Create(ctx, u); errors.Is(err, ErrExists) {
		return User{}, Exists
	} else if err != nil {
		return User{}, err
	}
	event.Log(ctx, event.UserCreated, slog.String("user", u.ID), slog.String("by", by))
	return u, nil
}

// Authenticate returns the user whose e-mail address and password these are. The error is BadCredentials, a 429 after too
// many failures, or our own failure. Known, unknown and disabled accounts cost the same work.
func (s *Service) Authenticate(ctx context.Context, email, plain string, from netip.Addr) (User, error) {
	email = loosely(email)
	attempt, err := s.attempts.Begin(ctx, email, from)
	if err != nil {
		return User{}, err
	}
	u, reason, err := s.verify(ctx, email, plain)
	if err != nil {
		return User{}, errors.Join(err, attempt.Forgive(ctx))
	}
	if reason != "" {
		attrs := []slog.Attr{slog.String("reason", reason)}
		if u.ID != "" {
			attrs = append(attrs, slog.String("user", u.ID))
		}
		event.Log(ctx, event.LoginFailed, attrs...)
		metrics.From(ctx).AuthFailed("password")
		return User{}, BadCredentials
	}
	if err := attempt.Succeeded(ctx); err != nil {
		return User{}, err
	}
	logging.ScopeOf(ctx).Actor = u.ID // from here on the lines of this request say who it is
	event.Log(ctx, event.LoginSucceeded, slog.String("user", u.ID))
	return u, nil
}

// verify finds the user and checks the password: one argon2id, whatever it finds. A non-empty reason says why not.
func (s *Service) verify(ctx context.Context, email, plain string) (u User, reason string, err error) {
	u, err = s.store.ByEmail(ctx, email)
	if errors.Is(err, ErrNotFound) {
		return User{}, "unknown_account", s.passwords.Pretend(ctx, plain)
	}
	if err != nil {
		return User{}, "", err
	}
	ok, stale, err := s.passwords.Verify(ctx, plain, u.Password)
	switch {
	case err != nil:
		return User{}, "", err
	case u.Disabled:
		return u, "disabled", nil
	case !ok:
		return u, "wrong_password", nil
	case stale:
		err = s.rehash(ctx, &u, plain)
	}
	return u, "", err
}

// rehash keeps the password under today's key and parameters. This is the one moment when we have it.
func (s *Service) rehash(ctx context.Context, u *User, plain string) error {
	hash, err := s.passwords.Hash(ctx, plain)
	if err != nil {
		return err
	}
	err = s.store.ReplacePassword(ctx, u.ID, u.Password, hash, false)
	if errors.Is(err, ErrChanged) {
		return nil // another login was faster
	}
	u.Password = hash
	return err
}

// Active returns the user with the id if whatever was issued in epoch still holds: the account is there, not disabled,
// and has not ended its sessions since. Otherwise it is ErrNotFound. Asked at every request (ASVS 5.0.0 V7.4.2, V8.3.2).
func (s *Service) Active(ctx context.Context, id string, epoch int64) (User, error) {
	u, err := s.store.ByID(ctx, id)
	if err != nil {
		return User{}, err
	}
	if u.Disabled || u.Epoch != epoch {
		return User{}, ErrNotFound
	}
	return u, nil
}

// User returns the user with the id.
func (s *Service) User(ctx context.Context, id string) (User, error) { return s.store.ByID(ctx, id) }

// ByEmail returns the user with the address, for operators.
func (s *Service) ByEmail(ctx context.Context, email string) (User, error) {
	return s.store.ByEmail(ctx, loosely(email))
}

// ChangePassword replaces the password and ends all sessions and tokens of the user, in one statement. It returns the user in the new
// epoch, so that the caller can sign this one client in again. A wrong current password counts as a failed login.
func (s *Service) ChangePassword(ctx context.Context, id, current, next string, from netip.Addr) (User, error) {
	u, err := s.store.ByID(ctx, id)
	if err != nil {
		return User{}, err
	}
	var broken request.Errors
	checkPassword(&broken, "/new_password", next, u)
	if err := broken.Err(); err != nil {
		return User{}, err
	}
	attempt, err := s.attempts.Begin(ctx, u.Email, from)
	if err != nil {
		return User{}, err
	}
	ok, _, err := s.passwords.Verify(ctx, current, u.Password)
	if err != nil {
		return User{}, errors.Join(err, attempt.Forgive(ctx))
	}
	broken.Check(ok, "/current_password", "wrong", "is not the current password")
	if err := broken.Err(); err != nil {
		event.Log(ctx, event.PasswordChangeFailed, slog.String("user", u.ID))
		metrics.From(ctx).AuthFailed("password")
		return User{}, err
	}
	if err := attempt.Succeeded(ctx); err != nil {
		return User{}, err
	}
	hash, err := s.passwords.Hash(ctx, next)
	if err != nil {
		return User{}, err
	}
	switch err := s.store.ReplacePassword(ctx, u.ID, u.Password, hash, true); {
	case errors.Is(err, ErrChanged):
		broken.Check(false, "/current_password", "wrong", "is not the current password") // since a moment ago
		return User{}, broken.Err()
	case err != nil:
		return User{}, err
	}
	event.Log(ctx, event.PasswordChanged, slog.String("user", u.ID))
	return s.store.ByID(ctx, id)
}

// UpdateProfile changes the username, the birth date or both; nil leaves one as it is.
func (s *Service) UpdateProfile(ctx context.Context, id string, username, birthDate *string) (User, error) {
	u, err := s.store.ByID(ctx, id)
	if err != nil {
		return User{}, err
	}
	var broken request.Errors
	broken.Check(username != nil || birthDate != nil, "", "empty", "needs at least one field")
	if username != nil {
		u.Username = *username
		checkUsername(&broken, u.Username)
	}
	if birthDate != nil {
		u.BirthDate = *birthDate
		s.checkBirthDate(&broken, u.BirthDate)
	}
	if err := broken.Err(); err != nil {
		return User{}, err
	}
	if err := s.store.UpdateProfile(ctx, u); err != nil {
		return User{}, err
	}
	event.Log(ctx, event.UserUpdated, slog.String("user", u.ID))
	return u, nil
}

// SignOutEverywhere voids every session and token of the user.
func (s *Service) SignOutEverywhere(ctx context.Context, id, by string) error {
	if err := s.store.RaiseEpoch(ctx, id); err != nil {
		return err
	}
	event.Log(ctx, event.UserSignedOut, slog.String("user", id), slog.String("by", by))
	return nil
}

// SetDisabled lets an operator close or open an account; closing voids everything that was issued.
func (s *Service) SetDisabled(ctx context.Context, id string, disabled bool) error {
	if err := s.store.SetDisabled(ctx, id, disabled); err != nil {
		return err
	}
	kind := event.UserEnabled
	if disabled {
		kind = event.UserDisabled
	}
	event.Log(ctx, kind, slog.String("user", id))
	return nil
}

// SetRole lets an operator change what a user may do, from the next request on.
func (s *Service) SetRole(ctx context.Context, id string, role Role) error {
	if err := s.store.SetRole(ctx, id, role); err != nil {
		return err
	}
	event.Log(ctx, event.RoleChanged, slog.String("user", id), slog.String("role", string(role)))
	return nil
}

// Erase removes the user and all that is theirs (ASVS 5.0.0 V14.2.7).
func (s *Service) Erase(ctx context.Context, id string) error {
	u, err := s.store.ByID(ctx, id)
	if err != nil {
		return err
	}
	if err := s.store.Erase(ctx, id); err != nil {
		return err
	}
	if err := s.attempts.Forget(ctx, u.Email); err != nil {
		return err
	}
	event.Log(ctx, event.UserDeleted, slog.String("user", id))
	return nil
}

// check judges what every new account has, but for the birth date.
func check(broken *request.Errors, r Registration) User {
	email, ok := Canonical(r.Email)
	broken.Check(ok, "/email", "email", "is not an e-mail address, such as name@example.com")
	checkUsername(broken, r.Username)
	u := User{Email: email, Username: r.Username, BirthDate: r.BirthDate}
	checkPassword(broken, "/password", r.Password, u)
	return u
}

// checkPassword judges a new password of u.
func checkPassword(broken *request.Errors, pointer, plain string, u User) {
	for _, rule := range password.Check(plain, config.Name, u.Email, localPart(u.Email), u.Username) {
		broken.Check(false, pointer, rule.Code, rule.Detail)
	}
}
