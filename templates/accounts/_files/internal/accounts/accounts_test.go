package accounts_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"example.com/app/internal/accounts"
	"example.com/app/internal/guard"
	"example.com/app/internal/keyring"
	"example.com/app/internal/logging"
	"example.com/app/internal/password"
	"example.com/app/internal/problem"
)

const (
	secret = "Windy roof plums, 7" // with password.composition too
	other  = "A heron on the pier, 2"
)

// A fixture is a service of accounts and everything behind it, at noon of a day in 2026.
type fixture struct {
	*accounts.Service
	store     accounts.Store
	exec      func(statement string, args ...any)
	passwords *counted
	now       time.Time

	t     testing.TB
	users int
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	if t, ok := t.(*testing.T); ok {
		t.Parallel()
	}
	f := &fixture{now: time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC), t: t}
	store, exec := newStore(t)
	f.store, f.exec = strict{store, t}, exec
	f.restart(keyring.Generate("a"))
	return f
}

// strict is a store that is only asked for canonical addresses: PostgreSQL fails on a text with NUL.
type strict struct {
	accounts.Store
	t testing.TB
}

func (s strict) ByEmail(ctx context.Context, email string) (accounts.User, error) {
	if canonical, ok := accounts.Canonical(email); !ok || canonical != email {
		s.t.Errorf("the store is asked for %q", email)
	}
	return s.Store.ByEmail(ctx, email)
}

// restart makes the service again, with these keys for passwords.
func (f *fixture) restart(keys ...string) {
	f.t.Helper()
	ring, err := keyring.Parse(strings.Join(keys, ","))
	if err != nil {
		f.t.Fatal(err)
	}
	f.passwords = &counted{Passwords: password.NewHasher(ring)}
	f.Service = accounts.New(f.store, f.passwords, guard.Rate{Requests: 3, Window: 15 * time.Minute}, guard.Rate{Requests: 5, Window: 15 * time.Minute},
		func() time.Time { return f.now })
}

// counted counts the runs of argon2id.
type counted struct {
	accounts.Passwords
	runs atomic.Int32
}

func (c *counted) Hash(ctx context.Context, plain string) (password.Hash, error) {
	c.runs.Add(1)
	return c.Passwords.Hash(ctx, plain)
}

func (c *counted) Verify(ctx context.Context, plain string, stored password.Hash) (ok, stale bool, err error) {
	c.runs.Add(1)
	return c.Passwords.Verify(ctx, plain, stored)
}

func (c *counted) Pretend(ctx context.Context, plain string) error {
	c.runs.Add(1)
	return c.Passwords.Pretend(ctx, plain)
}

// address returns the nth address of the range that RFC 2544 reserves for tests.
func address(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{198, 18, byte(n >> 8), byte(n)}) //nolint:gosec // the lowest bits are meant
}

// user creates an account with the password secret.
func (f *fixture) user() accounts.User {
	f.t.Helper()
	f.users++
	u, err := f.Create(f.t.Context(), registration(fmt.Sprintf("ann%d@example.com", f.users)), accounts.Writer)
	if err != nil {
		f.t.Fatal(err)
	}
	return u
}

func registration(email string) accounts.Registration {
	return accounts.Registration{Email: email, Username: "ann_miller", Password: secret, BirthDate: "1990-12-31"}
}

// login returns the status of a login: 200, or that of the problem.
func (f *fixture) login(email, plain string, from netip.Addr) int {
	f.t.Helper()
	_, err := f.Authenticate(f.t.Context(), email, plain, from)
	return status(f.t, err)
}

func status(t testing.TB, err error) int {
	t.Helper()
	var p problem.Problem
	switch {
	case err == nil:
		return 200
	case !errors.As(err, &p):
		t.Fatal(err)
	}
	return p.Status
}

// Whether an account exists shows neither in the answer nor in the work (A9); what is no address does not reach the database.
func TestLogin(t *testing.T) {
	f := newFixture(t)
	ann, disabled := f.user(), f.user()
	if err := f.SetDisabled(t.Context(), disabled.ID, true); err != nil {
		t.Fatal(err)
	}
	for i, tt := range []struct {
		name, email, plain string
		want               int
	}{
		{"right", ann.Email, secret, 200},
		{"domain in capitals", "ann1@EXAMPLE.com", secret, 200},
		{"wrong password", ann.Email, other, 401},
		{"unknown", "bob@example.com", secret, 401},
		{"no address", "bob", secret, 401},
		{"NUL in the address", "ann1\x00@example.com", secret, 401},
		{"invalid UTF-8", "ann1\xff@example.com", secret, 401},
		{"empty", "", "", 401},
		{"disabled", disabled.Email, secret, 401},
	} {
		before := f.passwords.runs.Load()
		u, err := f.Authenticate(t.Context(), tt.email, tt.plain, address(i))
		if status(t, err) != tt.want || (u.ID == ann.ID) != (tt.want == 200) {
			t.Errorf("%s: %v, %v", tt.name, u.ID, err)
		}
		if err != nil && !reflect.DeepEqual(problem.From(err), accounts.BadCredentials) {
			t.Errorf("%s: another answer: %v", tt.name, err)
		}
		if n := f.passwords.runs.Load() - before; n != 1 {
			t.Errorf("%s: argon2id ran %d times", tt.name, n)
		}
	}
}

// A bcrypt hash of another system works once and is then replaced.
func TestBcryptIsReplacedAtLogin(t *testing.T) {
	f := newFixture(t)
	ann := f.user()
	planted, err := bcrypt.GenerateFromPassword([]byte(other), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	f.exec(`UPDATE users SET password_hash = $1, password_key = '' WHERE id = $2`, string(planted), ann.ID)
	for range 2 {
		if got := f.login(ann.Email, other, address(1)); got != 200 {
			t.Fatal(got)
		}
		if u, _ := f.User(t.Context(), ann.ID); !strings.HasPrefix(u.Password.Text, "$argon2id$") || u.Password.Key != "a" || u.Epoch != ann.Epoch {
			t.Fatalf("stored %+v in epoch %d", u.Password, u.Epoch)
		}
	}
}

// A password whose key is gone is told apart in the log, and only there (A8).
func TestMissingKey(t *testing.T) {
	f := newFixture(t)
	ann := f.user()
	f.restart(keyring.Generate("b"))
	var log bytes.Buffer
	_, err := f.Authenticate(logging.Into(t.Context(), logging.New(&log, slog.LevelDebug)), ann.Email, secret, address(1))
	if !reflect.DeepEqual(problem.From(err), accounts.BadCredentials) || f.passwords.runs.Load() != 1 {
		t.Errorf("%v, %d runs", err, f.passwords.runs.Load())
	}
	if said := log.String(); !strings.Contains(said, `"reason":"missing_key"`) || strings.Contains(said, "wrong_password") {
		t.Errorf("logged %s", said)
	}
}

func TestRegisterRevealsAndIsLimited(t *testing.T) {
	f := newFixture(t)
	taken := registration(f.user().Email)
	before := f.passwords.runs.Load()
	for range 3 {
		if _, err := f.Register(t.Context(), taken, address(1)); status(t, err) != 409 {
			t.Errorf("a taken address: %v", err)
		}
	}
	if f.passwords.runs.Load() != before {
		t.Error("a taken address cost a hash")
	}
	var p problem.Problem
	if _, err := f.Register(t.Context(), taken, address(1)); !errors.As(err, &p) || p.Status != 429 || p.RetryAfter <= 0 || p.RetryAfter > 15*time.Minute {
		t.Errorf("one more: %v", err)
	}
	if _, err := f.Register(t.Context(), registration("bob@example.com"), address(2)); err != nil {
		t.Errorf("another client: %v", err)
	}
}

func TestChangePassword(t *testing.T) {
	f := newFixture(t)
	ann := f.user()
	for _, tt := range []struct{ name, current, next, want string }{ // pointer and code
		{"wrong current", other, other, "/current_password wrong"},
		{"no current", "", other, "/current_password wrong"},
		{"short new", secret, "short", "/new_password too-short"},
		{"address as new", secret, ann.Email, "/new_password context-word"},
	} {
		_, err := f.ChangePassword(t.Context(), ann.ID, tt.current, tt.next, address(1))
		if p := problem.From(err); p.Status != 422 || !slices.Contains(pointers(p), tt.want) {
			t.Errorf("%s: %v %v", tt.name, err, p.Errors)
		}
	}
	u, err := f.ChangePassword(t.Context(), ann.ID, secret, other, address(1))
	if err != nil {
		t.Fatal(err)
	}
	if u.Epoch <= ann.Epoch {
		t.Error("everything that was issued before still holds")
	}
	if got := f.login(ann.Email, secret, address(1)); got != 401 {
		t.Errorf("the old password: %d", got)
	}
	if got := f.login(ann.Email, other, address(1)); got != 200 {
		t.Errorf("the new password: %d", got)
	}
	// A stolen session is no way to guess the password either.
	f.now = f.now.Add(15 * time.Minute)
	for range 3 {
		if _, err := f.ChangePassword(t.Context(), ann.ID, secret, secret, address(2)); status(t, err) != 422 {
			t.Fatal(err)
		}
	}
	if _, err := f.ChangePassword(t.Context(), ann.ID, other, secret, address(2)); status(t, err) != 429 {
		t.Errorf("one more: %v", err)
	}
}

func pointers(p problem.Problem) []string {
	var all []string
	for _, e := range p.Errors {
		all = append(all, e.Pointer+" "+e.Code)
	}
	return all
}

// A user who was erased while a request was under way is answered like anybody without credentials (X8).
func TestErasedMeanwhile(t *testing.T) {
	f := newFixture(t)
	ann := f.user()
	if err := f.Erase(t.Context(), ann.ID); err != nil {
		t.Fatal(err)
	}
	_, show := f.User(t.Context(), ann.ID)
	_, update := f.UpdateProfile(t.Context(), ann.ID, accounts.Change{Username: new("other")}, 0)
	_, change := f.ChangePassword(t.Context(), ann.ID, secret, other, address(1))
	for name, err := range map[string]error{
		"show": show, "update": update, "change of password": change,
		"sign out": f.SignOutEverywhere(t.Context(), ann.ID, "user"), "erase": f.Erase(t.Context(), ann.ID),
	} {
		if !errors.Is(err, accounts.ErrNotFound) || status(t, err) != 401 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Roles are valid by themselves, with any scopes; readers read only (F6).
func TestRoles(t *testing.T) {
	for role, valid := range map[accounts.Role]bool{"writer": true, "reader": true, "": false, "admin": false} {
		if role.Valid() != valid || !valid && role.Scopes() != nil {
			t.Errorf("%q: valid %v, %q", role, role.Valid(), role.Scopes())
		}
	}
	for _, scope := range accounts.Writer.Scopes() {
		if slices.Contains(accounts.Reader.Scopes(), scope) != strings.HasSuffix(scope, ":read") {
			t.Errorf("%s: readers may %q", scope, accounts.Reader.Scopes())
		}
	}
}

// What happened is in the log by name and id; no e-mail address and no password is (M1, M3).
func TestEvents(t *testing.T) {
	f := newFixture(t)
	var log bytes.Buffer
	ctx := logging.Into(t.Context(), logging.New(&log, slog.LevelDebug))
	u, err := f.Register(ctx, registration("canary@example.com"), address(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetRole(ctx, u.ID, accounts.Reader); err != nil {
		t.Fatal(err)
	}
	_, _ = f.Authenticate(ctx, u.Email, other, address(1))
	_, _ = f.Authenticate(ctx, "canary2@example.com", other, address(1))
	_, _ = f.Authenticate(ctx, u.Email, secret, address(1))
	_, _ = f.ChangePassword(ctx, u.ID, other, other, address(1))
	_, _ = f.ChangePassword(ctx, u.ID, secret, other, address(1))
	_ = f.SignOutEverywhere(ctx, u.ID, "user")
	_ = f.SetDisabled(ctx, u.ID, true)
	_, _ = f.Authenticate(ctx, u.Email, other, address(1))
	for range 4 {
		_, _ = f.Authenticate(ctx, u.Email, secret, address(2))
	}
	_ = f.SetDisabled(ctx, u.ID, false)
	_ = f.Erase(ctx, u.ID)
	for _, want := range []string{
		`"event":"user_created","user":"` + u.ID + `","by":"register"`,
		`"event":"authz_role_change","user":"` + u.ID + `","role":"reader"`,
		`"event":"authn_login_fail","reason":"wrong_password","user":"` + u.ID + `"`,
		`"event":"authn_login_fail","reason":"unknown_account"}`,
		`"event":"authn_login_fail","reason":"disabled","user":"` + u.ID + `"`,
		`"event":"authn_login_success","user":"` + u.ID + `"`,
		`"event":"authn_login_fail_max"`,
		`"event":"authn_password_change_fail","user":"` + u.ID + `"`,
		`"event":"authn_password_change","user":"` + u.ID + `"`,
		`"event":"user_signed_out","user":"` + u.ID + `","by":"user"`,
		`"event":"user_disabled","user":"` + u.ID + `"`,
		`"event":"user_enabled","user":"` + u.ID + `"`,
		`"event":"user_deleted","user":"` + u.ID + `"`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s", want)
		}
	}
	for _, text := range []string{"canary", secret, other, address(1).String(), "argon2"} {
		if strings.Contains(log.String(), text) {
			t.Errorf("the log has %q", text)
		}
	}
	if t.Failed() {
		t.Log(log.String())
	}
}

// A client that disconnects, or any other failure that is not its own, is no failed login.
func TestOwnFailureIsForgiven(t *testing.T) {
	f := newFixture(t)
	ann := f.user()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		if _, err := f.Authenticate(gone, ann.Email, other, address(1)); err == nil {
			t.Fatal("a client that is gone is answered")
		}
	}
	if got := f.login(ann.Email, secret, address(1)); got != 200 {
		t.Error(got)
	}
}

// These three times are what a stranger can measure: they should differ by no more than their spread.
func BenchmarkLogin(b *testing.B) {
	f := newFixture(b)
	ann, disabled := f.user(), f.user()
	if err := f.SetDisabled(b.Context(), disabled.ID, true); err != nil {
		b.Fatal(err)
	}
	for name, email := range map[string]string{"known": ann.Email, "unknown": "nobody@example.com", "disabled": disabled.Email} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f.now = f.now.Add(time.Hour) // past every limit
				if _, err := f.Authenticate(b.Context(), email, other, address(1)); err == nil {
					b.Fatal("a wrong password is right")
				}
			}
		})
	}
}
