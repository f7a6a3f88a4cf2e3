package accounts_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/app/internal/accounts"
	"example.com/app/internal/password"
	"example.com/app/internal/problem"
)

// plain stores passwords as they are: counting attempts is not about hashes.
type plain struct{}

func (plain) Hash(_ context.Context, text string) (password.Hash, error) {
	return password.Hash{Text: text}, nil
}

func (plain) Verify(_ context.Context, text string, stored password.Hash) (ok, stale bool, err error) {
	return text == stored.Text, false, nil
}

func (plain) Pretend(context.Context, string) error { return nil }

func newThrottled(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	f.passwords.Passwords = plain{}
	return f
}

// The fixture allows 3 failures per account and 5 per address in 15 minutes. Accounts that do not exist are limited alike (A10),
// and spellings of an address share a count.
func TestAccountIsLimitedFromAllAddresses(t *testing.T) {
	f := newThrottled(t)
	ann := f.user()
	spellings := []string{"@example.com", "@Example.com", "@EXAMPLE.COM ", "@example.com"}
	for _, name := range []string{strings.TrimSuffix(ann.Email, "@example.com"), "nobody"} {
		for i, domain := range spellings {
			before := f.passwords.runs.Load()
			want, hashes := 401, int32(1)
			if i == 3 {
				want, hashes = 429, 0
			}
			if got := f.login(name+domain, other, address(100+i)); got != want || f.passwords.runs.Load()-before != hashes {
				t.Errorf("%s%s: status %d, want %d; %d hashes", name, domain, got, want, f.passwords.runs.Load()-before)
			}
		}
	}
	if got := f.login("bob@example.com", other, address(103)); got != 401 {
		t.Errorf("another account: %d", got)
	}
	f.now = f.now.Add(15 * time.Minute)
	if got := f.login(ann.Email, secret, address(104)); got != 200 {
		t.Errorf("after the window: %d", got)
	}
}

// An address is limited over all accounts; an IPv6 /64 counts as one, because a home has all of it.
func TestAddressIsLimitedOverAllAccounts(t *testing.T) {
	f := newThrottled(t)
	next := netip.MustParseAddr("2001:db8::1")
	for i := range 5 {
		next = next.Next()
		if got := f.login(fmt.Sprint("nobody", i, "@example.com"), other, next); got != 401 {
			t.Fatalf("attempt %d: %d", i+1, got)
		}
	}
	if got := f.login("ann@example.com", other, netip.MustParseAddr("2001:db8::ffff:1")); got != 429 {
		t.Errorf("the same network: %d", got)
	}
	for range 3 { // the refused attempt does not count against the account
		if got := f.login("ann@example.com", other, netip.MustParseAddr("2001:db8:0:1::1")); got != 401 {
			t.Errorf("another network: %d", got)
		}
	}
}

// Nobody can lock the owner out: where the owner signed in during the last 30 days, strangers' failures do not count, and guesses
// from there have their own limit.
func TestKnownAddressHasItsOwnCount(t *testing.T) {
	f := newThrottled(t)
	ann := f.user()
	home, cafe := address(1), address(2)
	if got := f.login(ann.Email, secret, home); got != 200 {
		t.Fatal(got)
	}
	for range 4 {
		f.login(ann.Email, other, cafe)
	}
	if got := f.login(ann.Email, secret, address(3)); got != 429 {
		t.Errorf("a stranger: %d", got)
	}
	for i := range 5 { // a neighbor uses up what the address may do
		f.login(fmt.Sprint("nobody", i, "@example.com"), other, home)
	}
	if got := f.login(ann.Email, secret, home); got != 200 {
		t.Errorf("the owner: %d", got)
	}
	for i, want := range []int{401, 401, 401, 429} {
		if got := f.login(ann.Email, other, home); got != want {
			t.Errorf("guess %d from the known address: %d, want %d", i+1, got, want)
		}
	}
	f.now = f.now.Add(30*24*time.Hour + time.Second)
	for range 3 {
		f.login(ann.Email, other, cafe)
	}
	if got := f.login(ann.Email, other, home); got != 429 {
		t.Errorf("an address is known for longer than 30 days: %d", got)
	}
}

func TestSuccessDoesNotCount(t *testing.T) {
	f := newThrottled(t)
	ann := f.user()
	for i := range 6 {
		if got := f.login(ann.Email, secret, address(i)); got != 200 {
			t.Fatalf("login %d: %d", i+1, got)
		}
	}
}

// Of concurrent attempts no more are checked than may fail: each counts as failed from the beginning.
func TestAttemptsAtOnce(t *testing.T) {
	f := newThrottled(t)
	statuses := make([]int, 20)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() { statuses[i] = f.login("ann@example.com", other, address(1)) })
	}
	wg.Wait()
	if f.passwords.runs.Load() > 3 {
		t.Errorf("%d were checked: %v", f.passwords.runs.Load(), statuses)
	}
}

// The limit is named next to others, whose values are shared and stay as they are (I3).
func TestLimitIsAnnounced(t *testing.T) {
	f := newThrottled(t)
	shared := append(make([]string, 0, 4), `"address";q=20;w=2`)
	for i := range 4 {
		w := newRecorder("POST", "/", `{"email":"ann@example.com","password":"guess"}`)
		w.Header()["Ratelimit-Policy"] = shared
		err := accounts.NewHandlers(f.Service).Login(nil)(w, w.request)
		if got := w.Header()["Ratelimit-Policy"]; len(got) != 2 || got[0] != shared[0] || got[1] != `"auth";q=3;w=900` || shared[:2][1] != "" {
			t.Errorf("policies %v, shared %v", got, shared[:2])
		}
		var p problem.Problem
		limited := errors.As(err, &p) && p.Status == http.StatusTooManyRequests
		if got := strings.Join(w.Header()["Ratelimit"], ", "); limited != (i == 3) || got != map[bool]string{true: `"auth";r=0;t=900`}[limited] {
			t.Errorf("attempt %d: RateLimit %q, %v", i+1, got, err)
		}
	}
}
