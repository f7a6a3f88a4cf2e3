// Package accounts manages people who sign in with an e-mail address and a password.
//
// Service is what the authentication styles build on: it registers, authenticates, changes and erases accounts, and does not
// reveal whether an account exists, except at registration, which has to. Sessions and tokens store the epoch of their user:
// raising it ends all of them in one statement.
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
	"example.com/app/internal/guard"
	"example.com/app/internal/identity"
	"example.com/app/internal/metrics"
	"example.com/app/internal/password"
	"example.com/app/internal/problem"
	"example.com/app/internal/request"
)

// A User is a person with an account.
type User struct {
	ID        string        // UUID
	Email     string        // canonical, see Canonical
	Username  string        // display name; not unique, never looked up
	BirthDate string        // 2006-01-02; empty if an operator created the account without it
	Role      Role          // what the person may do
	Password  password.Hash // never leaves the service
	Epoch     int64         // sessions and tokens of an earlier epoch are void
	Version   int64         // counts changes of the profile, from 1
	Disabled  bool          // may not sign in, and everything issued is void
	CreatedAt time.Time
}

// A Role is what a user may do.
type Role string

// The roles.
const (
	Reader Role = "reader"
	Writer Role = "writer"
)

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool { return r == Reader || r == Writer }

// Scopes returns what the role may do, in the words of route policies. An unknown role may do nothing.
func (r Role) Scopes() []string {
	switch r {
	case Writer:
		return identity.Scopes()
	case Reader:
		return identity.Reading()
	}
	return nil
}

// A Change is what an update of the profile sets; a nil field stays as it is.
type Change struct {
	Username  *string
	BirthDate *string
}

var (
	// ErrNotFound says that there is no such user. An account can be erased while one of its own requests is under way: that
	// request is then answered like any other without credentials.
	ErrNotFound = fmt.Errorf("accounts: not found: %w", problem.Unauthorized)
	// ErrExists says that the e-mail address is taken.
	ErrExists = errors.New("accounts: exists")
	// ErrChanged says that the password or the profile has changed in the meantime.
	ErrChanged = errors.New("accounts: changed in the meantime")
)

// A Store keeps users and counts attempts. The e-mail address is unique in the store, so that one of many concurrent
// registrations wins.
type Store interface {
	// Create returns ErrExists if the address is taken. Every other method returns ErrNotFound if the user does not exist.
	Create(ctx context.Context, u User) error
	ByEmail(ctx context.Context, email string) (User, error)
	ByID(ctx context.Context, id string) (User, error)
	// UpdateProfile changes the fields that are not nil and raises the version, in one statement. If version is not 0, the user
	// must have it; otherwise the error is ErrChanged.
	UpdateProfile(ctx context.Context, id string, change Change, version int64) (User, error)
	// ReplacePassword replaces from by to; the error is ErrChanged if from is no longer the password.
	// If newEpoch, it raises the epoch in the same statement.
	ReplacePassword(ctx context.Context, id string, from, to password.Hash, newEpoch bool) error
	// RaiseEpoch voids every session and token of the user.
	RaiseEpoch(ctx context.Context, id string) error

	// RaiseEveryEpoch voids every session and token of all users.
	RaiseEveryEpoch(ctx context.Context) error
	// SetDisabled disables or enables the account; either way it raises the epoch.
	SetDisabled(ctx context.Context, id string, disabled bool) error
	SetRole(ctx context.Context, id string, role Role) error
	// Erase removes the user with everything that refers to them. Afterwards nothing of theirs can be stored any more, not even
	// by a request that was authenticated before.
	Erase(ctx context.Context, id string) error

	Attempts
}

// Passwords makes and checks hashes; *password.Hasher does.
type Passwords interface {
	Hash(ctx context.Context, plain string) (password.Hash, error)
	// Verify reports whether plain is the password of stored, and whether to hash it again.
	Verify(ctx context.Context, plain string, stored password.Hash) (ok, stale bool, err error)
	// Pretend does the work of one Verify.
	Pretend(ctx context.Context, plain string) error
}

// The refusals that clients see.
var (
	// BadCredentials is the only answer to a failed login, for every reason (CWE-204).
	BadCredentials = problem.Problem{Slug: "bad-credentials", Title: "The e-mail address or the password is wrong", Status: http.StatusUnauthorized}
	// Exists reveals that an address has an account. Only confirmation by e-mail could avoid that; until then registration is
	// limited per client IP address.
	Exists = problem.Problem{Slug: "account-exists", Title: "An account with this e-mail address already exists", Status: http.StatusConflict}
)

// A Service does everything that can be done with accounts.
type Service struct {
	store     Store
	passwords Passwords
	attempts  *limiter
	now       func() time.Time
}

// New returns a Service. AccountRate is how many logins may fail per account and how many registrations a client IP address may
// send; addressRate is how many logins may fail per client IP address, over all accounts. Now is the clock.
func New(store Store, passwords Passwords, accountRate, addressRate guard.Rate, now func() time.Time) *Service {
	return &Service{store: store, passwords: passwords, attempts: &limiter{store, accountRate, addressRate, now}, now: now}
}

// Registration is what a new user sends.
type Registration struct {
	Email     string
	Username  string
	Password  string
	BirthDate string // 2006-01-02; may be empty if an operator creates the account
}

// Register creates an account for a client at the address from. The new user is a Writer.
func (s *Service) Register(ctx context.Context, r Registration, from netip.Addr) (User, error) {
	var broken request.Errors
	u := check(&broken, r)
	s.checkBirthDate(&broken, r.BirthDate)
	if err := broken.Err(); err != nil {
		return User{}, err
	}
	if err := s.attempts.registration(ctx, from); err != nil {
		return User{}, err
	}
	return s.create(ctx, u, r.Password, Writer, "register")
}

// Create creates an account for an operator, who vouches for the birth date and has no limit.
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
	// Checked first, so that registering a taken address over and over costs no hash. The unique index decides.
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
	u.ID, u.Password, u.Role, u.Version, u.CreatedAt = id.String(), hash, role, 1, s.now().UTC().Truncate(time.Microsecond)
	if err := s.store.Create(ctx, u); errors.Is(err, ErrExists) {
		return User{}, Exists
	} else if err != nil {
		return User{}, err
	}
	event.Log(ctx, event.UserCreated, slog.String("user", u.ID), slog.String("by", by))
	return u, nil
}

// Authenticate returns the user with this e-mail address and password. The error is BadCredentials, a 429 after too many
// failures, or a failure of the service. Known, unknown and disabled accounts cost the same work.
func (s *Service) Authenticate(ctx context.Context, email, plain string, from netip.Addr) (User, error) {
	attempt, err := s.attempts.begin(ctx, normalize(email), from)
	if err != nil {
		return User{}, err
	}
	if attempt.fromKnown {
		ctx = password.WithReserve(ctx)
	}
	u, reason, err := s.verify(ctx, email, plain)
	if err != nil {
		return User{}, errors.Join(err, attempt.forgive(ctx))
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
	if err := attempt.succeeded(ctx, u.ID); errors.Is(err, ErrNotFound) {
		return User{}, BadCredentials // erased since
	} else if err != nil {
		return User{}, err
	}
	guard.From(ctx).Principal = u.ID // from here on the log lines of this request name the user
	event.Log(ctx, event.LoginSucceeded, slog.String("user", u.ID))
	return u, nil
}

// verify finds the user and checks the password with one run of argon2id, also if there is no such user. A non-empty reason says why it failed.
func (s *Service) verify(ctx context.Context, email, plain string) (u User, reason string, err error) {
	// Only canonical addresses have accounts. Anything else, which may be no valid text at all, does not reach the database.
	canonical, ok := Canonical(email)
	if ok {
		u, err = s.store.ByEmail(ctx, canonical)
	}
	if !ok || errors.Is(err, ErrNotFound) {
		return User{}, "unknown_account", s.passwords.Pretend(ctx, plain)
	}
	if err != nil {
		return User{}, "", err
	}
	ok, stale, err := s.passwords.Verify(ctx, plain, u.Password)
	switch {
	case errors.Is(err, password.ErrNoKey):
		return u, "missing_key", nil // the answer is that of a wrong password, which would otherwise reveal the account
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

// rehash stores the password under the current key and parameters. Only now is it known in plain text.
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

// User returns the user with the id.
func (s *Service) User(ctx context.Context, id string) (User, error) { return s.store.ByID(ctx, id) }

// ByEmail returns the user with the address, for operators.
func (s *Service) ByEmail(ctx context.Context, email string) (User, error) {
	canonical, ok := Canonical(email)
	if !ok {
		return User{}, ErrNotFound
	}
	return s.store.ByEmail(ctx, canonical)
}

// ChangePassword replaces the password and ends all sessions and tokens of the user, in one statement. It returns the user in the
// new epoch, so that this one client can be signed in again. A wrong current password counts as a failed login.
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
	attempt, err := s.attempts.begin(ctx, u.Email, from)
	if err != nil {
		return User{}, err
	}
	ctx = password.WithReserve(ctx)
	ok, _, err := s.passwords.Verify(ctx, current, u.Password)
	if err != nil {
		return User{}, errors.Join(err, attempt.forgive(ctx))
	}
	broken.Check(ok, "/current_password", "wrong", "is not the current password")
	if err := broken.Err(); err != nil {
		event.Log(ctx, event.PasswordChangeFailed, slog.String("user", u.ID))
		metrics.From(ctx).AuthFailed("password")
		return User{}, err
	}
	if err := attempt.succeeded(ctx, u.ID); err != nil {
		return User{}, err
	}
	hash, err := s.passwords.Hash(ctx, next)
	if err != nil {
		return User{}, err
	}
	switch err := s.store.ReplacePassword(ctx, u.ID, u.Password, hash, true); {
	case errors.Is(err, ErrChanged):
		broken.Check(false, "/current_password", "wrong", "is not the current password") // any more
		return User{}, broken.Err()
	case err != nil:
		return User{}, err
	}
	event.Log(ctx, event.PasswordChanged, slog.String("user", u.ID))
	return s.store.ByID(ctx, id)
}

// UpdateProfile changes the fields of change that are not nil. Version is that of the user the client has seen, or 0 for any; the
// error is ErrChanged if another request was faster.
func (s *Service) UpdateProfile(ctx context.Context, id string, change Change, version int64) (User, error) {
	var broken request.Errors
	broken.Check(change != Change{}, "", "empty", "needs at least one field")
	if change.Username != nil {
		checkUsername(&broken, *change.Username)
	}
	if change.BirthDate != nil {
		s.checkBirthDate(&broken, *change.BirthDate)
	}
	if err := broken.Err(); err != nil {
		return User{}, err
	}
	u, err := s.store.UpdateProfile(ctx, id, change, version)
	if err != nil {
		return User{}, err
	}
	event.Log(ctx, event.UserUpdated, slog.String("user", id))
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

// SignEverybodyOut voids every session and token there is: after a restore, those that were revoked since the backup are valid again.
func (s *Service) SignEverybodyOut(ctx context.Context) error {
	if err := s.store.RaiseEveryEpoch(ctx); err != nil {
		return err
	}
	event.Log(ctx, event.UserSignedOut, slog.String("user", "all"), slog.String("by", "operator"))
	return nil
}

// SetDisabled lets an operator disable or enable an account; either way everything that was issued is void.
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

// Erase removes the user and everything of theirs (ASVS 5.0.0 V14.2.7). Of two requests at once the second finds no user.
func (s *Service) Erase(ctx context.Context, id string) error {
	if err := s.store.Erase(ctx, id); err != nil {
		return err
	}
	event.Log(ctx, event.UserDeleted, slog.String("user", id))
	return nil
}

// RemoveExpired removes counts and known addresses whose time is over. They have no effect any more: this is about their number.
func (s *Service) RemoveExpired(ctx context.Context) error {
	return s.store.RemoveExpired(ctx, s.now())
}

// check checks what every new account has, except the birth date.
func check(broken *request.Errors, r Registration) User {
	email, ok := Canonical(r.Email)
	broken.Check(ok, "/email", "email", "is not an e-mail address, such as name@example.com")
	checkUsername(broken, r.Username)
	u := User{Email: email, Username: r.Username, BirthDate: r.BirthDate}
	checkPassword(broken, "/password", r.Password, u)
	return u
}

// checkPassword checks a new password of u.
func checkPassword(broken *request.Errors, pointer, plain string, u User) {
	for _, rule := range password.Check(plain, config.Name, u.Email, localPart(u.Email), u.Username) {
		broken.Check(false, pointer, rule.Code, rule.Detail)
	}
}
