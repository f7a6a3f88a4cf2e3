package throttle_test

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/app/internal/accounts/accountstest"
	"example.com/app/internal/config"
	"example.com/app/internal/problem"
	"example.com/app/internal/throttle"
)

var (
	home    = netip.MustParseAddr("192.0.2.1")
	cafe    = netip.MustParseAddr("192.0.2.2")
	ctx     = context.Background()
	account = config.Rate{Requests: 3, Window: 15 * time.Minute}
	address = config.Rate{Requests: 5, Window: 15 * time.Minute}
)

func limiter(c *accountstest.Clock) (*throttle.Limiter, *accountstest.Attempts) {
	store := accountstest.NewAttempts()
	return throttle.New(store, account, address, c.Now), store
}

// fail makes a try that fails, and reports whether it was let through.
func fail(t *testing.T, l *throttle.Limiter, name string, from netip.Addr) bool {
	t.Helper()
	_, err := l.Begin(ctx, name, from)
	var p problem.Problem
	if err != nil && (!errors.As(err, &p) || p.Status != http.StatusTooManyRequests) {
		t.Fatal(err)
	}
	return err == nil
}

// succeed makes a try that succeeds.
func succeed(t *testing.T, l *throttle.Limiter, name string, from netip.Addr) {
	t.Helper()
	a, err := l.Begin(ctx, name, from)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Succeeded(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestAccountIsLimitedFromAllAddresses(t *testing.T) {
	c := accountstest.NewClock()
	l, _ := limiter(c)
	next := home
	for i := range account.Requests {
		if next = next.Next(); !fail(t, l, "ann@example.com", next) {
			t.Fatalf("try %d is refused", i+1)
		}
	}
	if fail(t, l, "ann@example.com", next.Next()) {
		t.Error("one more is let through")
	}
	if !fail(t, l, "bob@example.com", next.Next()) {
		t.Error("another account is refused")
	}
	c.Advance(account.Window)
	if !fail(t, l, "ann@example.com", next.Next()) {
		t.Error("it is refused after the window")
	}
}

func TestAddressIsLimitedOverAllAccounts(t *testing.T) {
	c := accountstest.NewClock()
	l, _ := limiter(c)
	for i := range address.Requests {
		if !fail(t, l, strings.Repeat("x", i+1), home) {
			t.Fatalf("try %d is refused", i+1)
		}
	}
	if fail(t, l, "ann@example.com", home) {
		t.Error("one more is let through")
	}
	if !fail(t, l, "ann@example.com", cafe) {
		t.Error("another address is refused, or the refused try counted against the account")
	}
}

// A home has a /64 of IPv6: its addresses are one.
func TestNetworkIsOneAddress(t *testing.T) {
	l, _ := limiter(accountstest.NewClock())
	next := netip.MustParseAddr("2001:db8::1")
	for i := range address.Requests {
		next = next.Next()
		fail(t, l, strings.Repeat("x", i+1), next)
	}
	if fail(t, l, "ann@example.com", netip.MustParseAddr("2001:db8::ffff:1")) {
		t.Error("the same network has tries left")
	}
	if !fail(t, l, "ann@example.com", netip.MustParseAddr("2001:db8:0:1::1")) {
		t.Error("another network is refused")
	}
}

// Nobody can lock the owner out: where the owner signed in lately, strangers' failures do not count, and guesses from there
// have their own limit.
func TestKnownAddressHasItsOwnCount(t *testing.T) {
	c := accountstest.NewClock()
	l, _ := limiter(c)
	succeed(t, l, "ann@example.com", home)
	for range account.Requests + 1 {
		fail(t, l, "ann@example.com", cafe)
	}
	if fail(t, l, "ann@example.com", netip.MustParseAddr("192.0.2.3")) {
		t.Error("a stranger is let through")
	}
	succeed(t, l, "ann@example.com", home)
	for i := range address.Requests { // a neighbor uses up what the address may do
		fail(t, l, strings.Repeat("x", i+1), home)
	}
	for i := range account.Requests {
		if !fail(t, l, "ann@example.com", home) {
			t.Errorf("try %d from the known address is refused", i+1)
		}
	}
	if fail(t, l, "ann@example.com", home) {
		t.Error("a known address may guess without end")
	}
	c.Advance(30*24*time.Hour + time.Second)
	for range account.Requests {
		fail(t, l, "ann@example.com", cafe)
	}
	if fail(t, l, "ann@example.com", home) {
		t.Error("an address is known for longer than 30 days")
	}
}

func TestSuccessDoesNotCount(t *testing.T) {
	l, _ := limiter(accountstest.NewClock())
	next := home
	for range 4 * account.Requests {
		next = next.Next()
		succeed(t, l, "ann@example.com", next)
	}
	if !fail(t, l, "ann@example.com", cafe.Prev().Prev()) {
		t.Error("successes were counted")
	}
}

// A hundred tries at once are not all let through before the first has failed.
func TestTriesAtOnce(t *testing.T) {
	l, _ := limiter(accountstest.NewClock())
	var through atomic.Int32
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if _, err := l.Begin(ctx, "ann@example.com", home); err == nil {
				through.Add(1)
			}
		})
	}
	wg.Wait()
	if got := int(through.Load()); got != account.Requests {
		t.Errorf("%d let through, want %d", got, account.Requests)
	}
}

func TestRegistrationsAreLimitedPerAddress(t *testing.T) {
	l, _ := limiter(accountstest.NewClock())
	for i := range account.Requests {
		if err := l.Registration(ctx, home); err != nil {
			t.Fatalf("registration %d: %v", i+1, err)
		}
	}
	var p problem.Problem
	if err := l.Registration(ctx, home); !errors.As(err, &p) || p.Status != http.StatusTooManyRequests || p.RetryAfter <= 0 || p.RetryAfter > account.Window {
		t.Errorf("one more: %v", err)
	}
	if err := l.Registration(ctx, cafe); err != nil {
		t.Errorf("another address: %v", err)
	}
}

// Nothing in the store names a person or an address, and what is over goes.
func TestStoreHoldsDigests(t *testing.T) {
	c := accountstest.NewClock()
	l, store := limiter(c)
	succeed(t, l, "ann@example.com", home)
	fail(t, l, "ann@example.com", cafe)
	if dump := store.Dump(); dump == "" || strings.Contains(dump, "ann") || strings.Contains(dump, "192.0.2") {
		t.Errorf("the store holds %q", dump)
	}
	if err := l.Forget(ctx, "ann@example.com"); err != nil {
		t.Fatal(err)
	}
	c.Advance(account.Window)
	if err := l.RemoveExpired(ctx); err != nil {
		t.Fatal(err)
	}
	if dump := store.Dump(); dump != "" {
		t.Errorf("afterwards the store holds %q", dump)
	}
}

// The limit is named beside others and takes nothing from them (I3).
func TestAnnounce(t *testing.T) {
	l, _ := limiter(accountstest.NewClock())
	shared := append(make([]string, 0, 4), `"address";q=20;w=2`)
	h := http.Header{"Ratelimit-Policy": shared}
	l.Announce(h, nil)
	if got := h["Ratelimit-Policy"]; len(got) != 2 || got[0] != shared[0] || got[1] != `"auth";q=3;w=900` || len(h["Ratelimit"]) != 0 {
		t.Errorf("%v", h)
	}
	if got := shared[:2]; got[1] != "" {
		t.Errorf("the shared values are now %v", got)
	}
	l.Announce(h, problem.Problem{Status: http.StatusTooManyRequests, RetryAfter: 61 * time.Second})
	if got := h["Ratelimit"]; len(got) != 1 || got[0] != `"auth";r=0;t=61` {
		t.Errorf("%v", h)
	}
}
