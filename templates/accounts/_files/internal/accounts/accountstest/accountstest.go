// Package accountstest holds what tests of accounts and of the ways to sign in share: stores in memory, a clock that stands still,
// a service that works on them.
package accountstest

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/config"
	"example.com/app/internal/keyring"
	"example.com/app/internal/password"
	"example.com/app/internal/throttle"
)

// Password is one that the rules accept, with password.composition too.
const Password = "Windy roof plums, 7"

// A Fixture is a service of accounts and everything behind it.
type Fixture struct {
	*accounts.Service
	Users     *Users
	Attempts  *Attempts
	Passwords *password.Hasher
	Clock     *Clock

	t testing.TB
	n int
}

// New returns a Fixture without accounts, with the limits that are the default.
func New(t testing.TB) *Fixture {
	t.Helper()
	ring, err := keyring.Parse(Key("a"))
	if err != nil {
		t.Fatal(err)
	}
	f := &Fixture{Users: NewUsers(), Attempts: NewAttempts(), Passwords: password.NewHasher(ring), Clock: NewClock(), t: t}
	limiter := throttle.New(f.Attempts, config.Rate{Requests: 5, Window: 15 * time.Minute}, config.Rate{Requests: 30, Window: 15 * time.Minute}, f.Clock.Now)
	f.Service = accounts.New(f.Users, f.Passwords, limiter, f.Clock.Now)
	return f
}

// Key returns a random key as an entry of a ring.
func Key(id string) string {
	b := make([]byte, keyring.Size)
	_, _ = rand.Read(b) // never fails
	return id + ":" + base64.StdEncoding.EncodeToString(b)
}

// User makes an account with Password, from an address of its own.
func (f *Fixture) User() accounts.User {
	f.t.Helper()
	f.n++
	u, err := f.Register(context.Background(), accounts.Registration{
		Email: fmt.Sprintf("ann%d@example.com", f.n), Username: "ann", Password: Password, BirthDate: "1990-12-31",
	}, Address(f.n))
	if err != nil {
		f.t.Fatal(err)
	}
	return u
}

// Address returns the nth address of the range that RFC 2544 keeps for tests.
func Address(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{198, 18, byte(n >> 8), byte(n)}) //nolint:gosec // the lowest bits are meant
}

// A Clock stands still until it is told to go on.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock returns a Clock at noon of a day in 2026.
func NewClock() *Clock { return &Clock{at: time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)} }

// Now is what a time.Now of tests returns.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Set moves the clock to a time.
func (c *Clock) Set(t time.Time) { c.Advance(t.Sub(c.Now())) }

// Users keeps users in memory.
type Users struct {
	mu  sync.Mutex
	all map[string]accounts.User
}

// NewUsers returns an empty store.
func NewUsers() *Users { return &Users{all: map[string]accounts.User{}} }

// Create keeps a new user.
func (s *Users) Create(_ context.Context, u accounts.User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.all {
		if other.Email == u.Email {
			return accounts.ErrExists
		}
	}
	s.all[u.ID] = u
	return nil
}

// ByEmail returns the user with the address.
func (s *Users) ByEmail(_ context.Context, email string) (accounts.User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.all {
		if u.Email == email {
			return u, nil
		}
	}
	return accounts.User{}, accounts.ErrNotFound
}

// ByID returns the user with the id.
func (s *Users) ByID(_ context.Context, id string) (accounts.User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.all[id]; ok {
		return u, nil
	}
	return accounts.User{}, accounts.ErrNotFound
}

// Change changes a user in any way.
func (s *Users) Change(id string, change func(*accounts.User)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.all[id]
	if !ok {
		return accounts.ErrNotFound
	}
	change(&u)
	s.all[id] = u
	return nil
}

// UpdateProfile changes username and birth date.
func (s *Users) UpdateProfile(_ context.Context, u accounts.User) error {
	return s.Change(u.ID, func(was *accounts.User) { was.Username, was.BirthDate = u.Username, u.BirthDate })
}

// ReplacePassword puts to in the place of from.
func (s *Users) ReplacePassword(_ context.Context, id string, from, to password.Hash, newEpoch bool) error {
	err := accounts.ErrChanged
	_ = s.Change(id, func(u *accounts.User) { // a user who is gone has changed too
		if u.Password.Text != from.Text {
			return
		}
		u.Password, err = to, nil
		if newEpoch {
			u.Epoch++
		}
	})
	return err
}

// RaiseEpoch raises the user's epoch.
func (s *Users) RaiseEpoch(_ context.Context, id string) error {
	return s.Change(id, func(u *accounts.User) { u.Epoch++ })
}

// SetDisabled closes or opens the account.
func (s *Users) SetDisabled(_ context.Context, id string, disabled bool) error {
	return s.Change(id, func(u *accounts.User) { u.Disabled = disabled; u.Epoch++ })
}

// SetRole changes the role.
func (s *Users) SetRole(_ context.Context, id string, role accounts.Role) error {
	return s.Change(id, func(u *accounts.User) { u.Role = role })
}

// Erase removes the user.
func (s *Users) Erase(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, id)
	return nil
}

// Attempts keeps counts in memory.
type Attempts struct {
	mu     sync.Mutex
	counts map[string]count
	known  map[string]known
}

type count struct {
	n      int
	resets time.Time
}

type known struct {
	account string
	until   time.Time
}

// NewAttempts returns an empty store.
func NewAttempts() *Attempts { return &Attempts{counts: map[string]count{}, known: map[string]known{}} }

// Take counts one more in bucket unless it stands at limit.
func (s *Attempts) Take(_ context.Context, bucket string, limit int, now, ends time.Time) (bool, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.counts[bucket]
	if !ok || !c.resets.After(now) {
		c = count{resets: ends}
	}
	if c.n >= limit {
		return false, c.resets, nil
	}
	c.n++
	s.counts[bucket] = c
	return true, c.resets, nil
}

// Return takes one back.
func (s *Attempts) Return(_ context.Context, bucket string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.counts[bucket]; c.n > 0 {
		c.n--
		s.counts[bucket] = c
	}
	return nil
}

// Remember makes bucket known to account.
func (s *Attempts) Remember(_ context.Context, bucket, account string, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[bucket] = known{account, until}
	return nil
}

// Known reports whether bucket is known.
func (s *Attempts) Known(_ context.Context, bucket string, now time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[bucket].until.After(now), nil
}

// Forget removes what is known to account.
func (s *Attempts) Forget(_ context.Context, account string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for bucket, k := range s.known {
		if k.account == account {
			delete(s.known, bucket)
		}
	}
	return nil
}

// RemoveExpired removes what is over.
func (s *Attempts) RemoveExpired(_ context.Context, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for bucket, c := range s.counts {
		if !c.resets.After(now) {
			delete(s.counts, bucket)
		}
	}
	for bucket, k := range s.known {
		if !k.until.After(now) {
			delete(s.known, bucket)
		}
	}
	return nil
}

// Dump returns everything that the store holds.
func (s *Attempts) Dump() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for bucket, c := range s.counts {
		fmt.Fprintln(&b, bucket, c)
	}
	for bucket, k := range s.known {
		fmt.Fprintln(&b, bucket, k)
	}
	return b.String()
}
