package accounts_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"example.com/app/internal/accounts"
	"example.com/app/internal/accounts/accountstest"
	"example.com/app/internal/logging"
	"example.com/app/internal/password"
	"example.com/app/internal/problem"
)

var (
	ctx  = context.Background()
	home = accountstest.Address(1)
	cafe = accountstest.Address(40_000)
)

const other = "A heron on the pier, 2"

// status returns the status of the problem in err, 0 if there is no error.
func status(t *testing.T, err error) int {
	t.Helper()
	var p problem.Problem
	if err != nil && !errors.As(err, &p) {
		t.Fatal(err)
	}
	return p.Status
}

func TestLogin(t *testing.T) {
	f := accountstest.New(t)
	ann, closed := f.User(), f.User()
	if err := f.SetDisabled(ctx, closed.ID, true); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, email, plain string
		want               int
	}{
		{"right", ann.Email, accountstest.Password, 0},
		{"domain in capitals", "ann1@EXAMPLE.com", accountstest.Password, 0},
		{"wrong password", ann.Email, other, 401},
		{"unknown", "bob@example.com", accountstest.Password, 401},
		{"no address", "bob", accountstest.Password, 401},
		{"empty", "", "", 401},
		{"disabled", closed.Email, accountstest.Password, 401},
	}
	for i, tt := range tests {
		before := f.Passwords.Runs()
		u, err := f.Authenticate(ctx, tt.email, tt.plain, accountstest.Address(100+i))
		if status(t, err) != tt.want || (u.ID == ann.ID) != (tt.want == 0) {
			t.Errorf("%s: %v, %v", tt.name, u.ID, err)
		}
		// Who exists shows neither in the answer nor in the work (A9).
		if err != nil && !reflect.DeepEqual(problem.From(err), accounts.BadCredentials) {
			t.Errorf("%s: another answer: %v", tt.name, err)
		}
		if n := f.Passwords.Runs() - before; n != 1 {
			t.Errorf("%s: argon2id ran %d times", tt.name, n)
		}
	}
}

// A password of another system opens once more, and is then kept as every other.
func TestBcryptIsReplacedAtLogin(t *testing.T) {
	f := accountstest.New(t)
	ann := f.User()
	planted, err := bcrypt.GenerateFromPassword([]byte(other), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Users.Change(ann.ID, func(u *accounts.User) { u.Password = password.Hash{Text: string(planted)} }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := f.Authenticate(ctx, ann.Email, other, home); err != nil {
			t.Fatal(err)
		}
		if u, _ := f.Users.ByID(ctx, ann.ID); !strings.HasPrefix(u.Password.Text, "$argon2id$") || u.Password.Key != "a" || u.Epoch != ann.Epoch {
			t.Fatalf("kept %+v in epoch %d", u.Password, u.Epoch)
		}
	}
}

func TestGuessingIsLimitedAlikeForKnownAndUnknown(t *testing.T) {
	f := accountstest.New(t)
	ann := f.User()
	for _, email := range []string{ann.Email, "nobody@example.com"} {
		for i := range 5 {
			if _, err := f.Authenticate(ctx, email, other, accountstest.Address(200+i)); status(t, err) != 401 {
				t.Fatalf("%s, try %d: %v", email, i+1, err)
			}
		}
		before := f.Passwords.Runs()
		if _, err := f.Authenticate(ctx, email, accountstest.Password, cafe); status(t, err) != 429 {
			t.Errorf("%s, one more: %v", email, err)
		}
		if f.Passwords.Runs() != before {
			t.Errorf("%s: a throttled login cost a hash", email)
		}
	}
	f.Clock.Advance(15 * time.Minute)
	if _, err := f.Authenticate(ctx, ann.Email, accountstest.Password, cafe); err != nil {
		t.Errorf("after the window: %v", err)
	}
}

// Spellings of one address have one count.
func TestSpellingsShareACount(t *testing.T) {
	f := accountstest.New(t)
	for i, domain := range []string{"example.com", "Example.com", "EXAMPLE.COM", "example.coM", "example.com "} {
		if _, err := f.Authenticate(ctx, "nobody@"+domain, other, accountstest.Address(300+i)); status(t, err) != 401 {
			t.Fatal(err)
		}
	}
	if _, err := f.Authenticate(ctx, "nobody@example.com", other, cafe); status(t, err) != 429 {
		t.Errorf("another spelling has tries of its own: %v", err)
	}
}

// Our own failure is no failed login.
func TestBusyIsForgiven(t *testing.T) {
	f := accountstest.New(t)
	ann := f.User()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for range 10 {
		if _, err := f.Authenticate(gone, ann.Email, other, home); err == nil {
			t.Fatal("a client who is gone is answered")
		}
	}
	if _, err := f.Authenticate(ctx, ann.Email, accountstest.Password, home); err != nil {
		t.Errorf("%v", err)
	}
}

func TestRegisterTells(t *testing.T) {
	f := accountstest.New(t)
	ann := f.User()
	r := accounts.Registration{Email: ann.Email, Username: "bob", Password: other, BirthDate: "1990-12-31"}
	before := f.Passwords.Runs()
	if _, err := f.Register(ctx, r, cafe); status(t, err) != 409 {
		t.Errorf("a taken address: %v", err)
	}
	if f.Passwords.Runs() != before {
		t.Error("a taken address cost a hash")
	}
	for range 4 {
		_, _ = f.Register(ctx, r, cafe) // told four times more
	}
	if _, err := f.Register(ctx, r, cafe); status(t, err) != 429 {
		t.Errorf("one more: %v", err)
	}
}

// Of many registrations of one address at once, one wins (H10).
func TestRegistrationsAtOnce(t *testing.T) {
	f := accountstest.New(t)
	results := make([]int, 16)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			_, err := f.Create(ctx, accounts.Registration{Email: "ann@example.com", Username: "ann", Password: other}, accounts.Writer)
			results[i] = status(t, err)
		})
	}
	wg.Wait()
	won := 0
	for _, s := range results {
		switch s {
		case 0:
			won++
		case 409, 503: // too late, or no turn at the hashes
		default:
			t.Errorf("status %d", s)
		}
	}
	if won != 1 {
		t.Errorf("%d won: %v", won, results)
	}
}

func TestChangePassword(t *testing.T) {
	f := accountstest.New(t)
	ann := f.User()
	tests := []struct {
		name, current, next string
		want                string // pointer and code
	}{
		{"wrong current", other, other, "/current_password wrong"},
		{"no current", "", other, "/current_password wrong"},
		{"short new", accountstest.Password, "short", "/new_password too-short"},
		{"address as new", accountstest.Password, ann.Email, "/new_password context-word"},
	}
	for _, tt := range tests {
		_, err := f.ChangePassword(ctx, ann.ID, tt.current, tt.next, home)
		var p problem.Problem
		if !errors.As(err, &p) || p.Status != 422 || !slices.ContainsFunc(p.Errors, func(e problem.FieldError) bool { return e.Pointer+" "+e.Code == tt.want }) {
			t.Errorf("%s: %v %v", tt.name, err, p.Errors)
		}
	}
	u, err := f.ChangePassword(ctx, ann.ID, accountstest.Password, other, home)
	if err != nil {
		t.Fatal(err)
	}
	// Whatever was issued before is void; the caller goes on in the new epoch.
	if _, err := f.Active(ctx, ann.ID, ann.Epoch); !errors.Is(err, accounts.ErrNotFound) {
		t.Errorf("the old epoch still holds: %v", err)
	}
	if _, err := f.Active(ctx, ann.ID, u.Epoch); err != nil {
		t.Errorf("the new epoch: %v", err)
	}
	if _, err := f.Authenticate(ctx, ann.Email, accountstest.Password, home); status(t, err) != 401 {
		t.Errorf("the old password: %v", err)
	}
	if _, err := f.Authenticate(ctx, ann.Email, other, home); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

// Who has got hold of a session cannot guess the password through it either.
func TestChangePasswordIsLimited(t *testing.T) {
	f := accountstest.New(t)
	ann := f.User()
	for range 5 {
		if _, err := f.ChangePassword(ctx, ann.ID, "not this one either", other, cafe); status(t, err) != 422 {
			t.Fatal(err)
		}
	}
	if _, err := f.ChangePassword(ctx, ann.ID, accountstest.Password, other, cafe); status(t, err) != 429 {
		t.Errorf("one more: %v", err)
	}
}

func TestActive(t *testing.T) {
	tests := []struct {
		name   string
		change func(*accountstest.Fixture, accounts.User) error
		want   bool
	}{
		{"nothing happened", func(*accountstest.Fixture, accounts.User) error { return nil }, true},
		{"another role", func(f *accountstest.Fixture, u accounts.User) error { return f.SetRole(ctx, u.ID, accounts.Reader) }, true},
		{"disabled", func(f *accountstest.Fixture, u accounts.User) error { return f.SetDisabled(ctx, u.ID, true) }, false},
		{"disabled and enabled", func(f *accountstest.Fixture, u accounts.User) error {
			return errors.Join(f.SetDisabled(ctx, u.ID, true), f.SetDisabled(ctx, u.ID, false))
		}, false},
		{"disabled in the database only", func(f *accountstest.Fixture, u accounts.User) error {
			return f.Users.Change(u.ID, func(u *accounts.User) { u.Disabled = true })
		}, false},
		{"signed out everywhere", func(f *accountstest.Fixture, u accounts.User) error { return f.SignOutEverywhere(ctx, u.ID, "user") }, false},
		{"erased", func(f *accountstest.Fixture, u accounts.User) error { return f.Erase(ctx, u.ID) }, false},
	}
	f := accountstest.New(t)
	for _, tt := range tests {
		u := f.User()
		if err := tt.change(f, u); err != nil {
			t.Fatal(err)
		}
		_, err := f.Active(ctx, u.ID, u.Epoch)
		if (err == nil) != tt.want || err != nil && !errors.Is(err, accounts.ErrNotFound) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestScopes(t *testing.T) {
	for role, want := range map[accounts.Role][]string{"writer": {"notes:read", "notes:write"}, "reader": {"notes:read"}, "": nil, "admin": nil} {
		got := role.Scopes()
		for _, scope := range []string{"notes:read", "notes:write"} {
			if slices.Contains(got, scope) != slices.Contains(want, scope) {
				t.Errorf("%q may %q, want %q", role, got, want)
			}
		}
		if want == nil && got != nil {
			t.Errorf("%q may %q", role, got)
		}
	}
	for _, scope := range accounts.Reader.Scopes() {
		if !strings.HasSuffix(scope, ":read") {
			t.Errorf("a reader may %q", scope)
		}
	}
}

// What happened is in the log by name and id; no address and no password is (M1, M3).
func TestEvents(t *testing.T) {
	var log bytes.Buffer
	ctx := logging.Into(ctx, logging.New(&log, slog.LevelDebug))
	f := accountstest.New(t)
	r := accounts.Registration{Email: "canary@example.com", Username: "canary", Password: accountstest.Password, BirthDate: "1990-12-31"}
	u, err := f.Register(ctx, r, home)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetRole(ctx, u.ID, accounts.Reader); err != nil {
		t.Fatal(err)
	}
	_, _ = f.Authenticate(ctx, u.Email, other, home)
	_, _ = f.Authenticate(ctx, "canary2@example.com", other, home)
	_, _ = f.Authenticate(ctx, u.Email, accountstest.Password, home)
	_, _ = f.ChangePassword(ctx, u.ID, other, other, home)
	_, _ = f.ChangePassword(ctx, u.ID, accountstest.Password, other, home)
	_ = f.SignOutEverywhere(ctx, u.ID, "user")
	_ = f.SetDisabled(ctx, u.ID, true)
	_, _ = f.Authenticate(ctx, u.Email, other, home)
	for range 6 {
		_, _ = f.Authenticate(ctx, u.Email, accountstest.Password, cafe)
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
		if strings.Count(log.String(), want) == 0 {
			t.Errorf("no %s", want)
		}
	}
	for _, secret := range []string{"canary", accountstest.Password, other, home.String(), "argon2"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if t.Failed() {
		t.Log(log.String())
	}
}

// The times of these three are what a stranger can measure: they should differ by no more than their spread.
func BenchmarkLogin(b *testing.B) {
	f := accountstest.New(b)
	ann, closed := f.User(), f.User()
	if err := f.SetDisabled(ctx, closed.ID, true); err != nil {
		b.Fatal(err)
	}
	for name, email := range map[string]string{"known": ann.Email, "unknown": "nobody@example.com", "disabled": closed.Email} {
		b.Run(name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				f.Clock.Advance(time.Hour) // past every limit
				if _, err := f.Authenticate(ctx, email, other, accountstest.Address(n)); err == nil {
					b.Fatal("a wrong password is right")
				}
			}
		})
	}
}
