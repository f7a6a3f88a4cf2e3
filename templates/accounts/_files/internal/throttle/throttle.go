// Package throttle limits guessing at passwords without letting anybody lock an owner out (ASVS 5.0.0 V6.1.1, V6.3.1).
//
// Only failures count. An account has a few of them in a window, whoever makes them, and an address has some more over all
// accounts. An address that signed in to an account during the last 30 days has a count of its own for that account: a
// stranger who uses up the account's tries does not touch it. Counts are kept in the database, so that a restart does not
// forget them, and are the same for accounts that do not exist.
package throttle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"example.com/app/internal/clientip"
	"example.com/app/internal/config"
	"example.com/app/internal/event"
	"example.com/app/internal/problem"
)

// familiar is how long an address stays known to an account after a sign-in.
const familiar = 30 * 24 * time.Hour

// A Store keeps counts. Each method is atomic.
type Store interface {
	// Take adds one to the bucket's count unless it stands at limit. A bucket that is new, or whose time is over, begins at
	// nothing and lasts until ends. Resets is when the bucket's time is over.
	Take(ctx context.Context, bucket string, limit int, now, ends time.Time) (taken bool, resets time.Time, err error)
	// Return takes one back.
	Return(ctx context.Context, bucket string) error
	// Remember makes bucket known to account until then, Known reports whether it is, and Forget removes all of account's.
	Remember(ctx context.Context, bucket, account string, until time.Time) error
	Known(ctx context.Context, bucket string, now time.Time) (bool, error)
	Forget(ctx context.Context, account string) error
	// RemoveExpired removes what is over.
	RemoveExpired(ctx context.Context, now time.Time) error
}

// A Limiter decides whether another try may be made.
type Limiter struct {
	store   Store
	account config.Rate
	address config.Rate
	now     func() time.Time
}

// New returns a Limiter: account is for failures per account and for registrations per address, address for failures per
// address over all accounts.
func New(store Store, account, address config.Rate, now func() time.Time) *Limiter {
	return &Limiter{store: store, account: account, address: address, now: now}
}

// An Attempt is a try at an account. It counts as failed from the beginning, or a hundred tries at once would all be
// let through before the first has failed.
type Attempt struct {
	limiter *Limiter
	account string
	known   string // the bucket that says that the address is known to the account
	taken   []string
}

// Begin counts a try at account from address. The error is a 429 when there were too many failures.
func (l *Limiter) Begin(ctx context.Context, account string, from netip.Addr) (*Attempt, error) {
	a := &Attempt{limiter: l, account: bucket("account", account), known: bucket("known", account, place(from))}
	known, err := l.store.Known(ctx, a.known, l.now())
	if err != nil {
		return nil, err
	}
	if known {
		return a, a.take(ctx, a.known, l.account)
	}
	if err := a.take(ctx, a.account, l.account); err != nil {
		return nil, err
	}
	return a, a.take(ctx, bucket("address", place(from)), l.address)
}

// take counts one in bucket; if there is no room it gives back what the attempt took elsewhere.
func (a *Attempt) take(ctx context.Context, bucket string, rate config.Rate) error {
	resets, err := a.limiter.take(ctx, bucket, rate)
	if err != nil {
		return err
	}
	if !resets.IsZero() {
		event.Log(ctx, event.LoginThrottled)
		if err := a.Forgive(ctx); err != nil {
			return err
		}
		return tooMany(resets.Sub(a.limiter.now()))
	}
	a.taken = append(a.taken, bucket)
	return nil
}

// take counts one; if there is no room it returns when there is.
func (l *Limiter) take(ctx context.Context, bucket string, rate config.Rate) (resets time.Time, err error) {
	now := l.now()
	taken, resets, err := l.store.Take(ctx, bucket, rate.Requests, now, now.Add(rate.Window))
	if err != nil || taken {
		return time.Time{}, err
	}
	return resets, nil
}

// Succeeded takes the try off the counts and makes the address known to the account.
func (a *Attempt) Succeeded(ctx context.Context) error {
	if err := a.limiter.store.Remember(ctx, a.known, a.account, a.limiter.now().Add(familiar)); err != nil {
		return err
	}
	return a.Forgive(ctx)
}

// Forgive takes the try off the counts: it succeeded, or failed for a reason of ours.
func (a *Attempt) Forgive(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // a client who is gone, or a deadline, is the very reason to forgive
	for _, bucket := range a.taken {
		if err := a.limiter.store.Return(ctx, bucket); err != nil {
			return err
		}
	}
	a.taken = nil
	return nil
}

// Registration counts a registration from an address. The error is a 429 when there were too many.
func (l *Limiter) Registration(ctx context.Context, from netip.Addr) error {
	resets, err := l.take(ctx, bucket("register", place(from)), l.account)
	if err != nil {
		return err
	}
	if !resets.IsZero() {
		event.Log(ctx, event.RateLimited, slog.String("policy", "register"))
		return tooMany(resets.Sub(l.now()))
	}
	return nil
}

// Announce names the limit per account beside the general ones (draft-ietf-httpapi-ratelimit-headers: at most q in w seconds).
// What is left of it is told only once nothing is: before, it would tell how often others have tried.
func (l *Limiter) Announce(h http.Header, err error) {
	add(h, "Ratelimit-Policy", fmt.Sprintf(`"auth";q=%d;w=%d`, l.account.Requests, seconds(l.account.Window)))
	var p problem.Problem
	if errors.As(err, &p) && p.Status == http.StatusTooManyRequests {
		add(h, "Ratelimit", fmt.Sprintf(`"auth";r=0;t=%d`, seconds(p.RetryAfter)))
	}
}

// add leaves the values that are there alone: other responses may share them.
func add(h http.Header, name, value string) {
	h[name] = append(slices.Clip(h[name]), value)
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// Forget removes what is known about an account that is erased.
func (l *Limiter) Forget(ctx context.Context, account string) error {
	return l.store.Forget(ctx, bucket("account", account))
}

// RemoveExpired removes counts and known addresses whose time is over.
func (l *Limiter) RemoveExpired(ctx context.Context) error {
	return l.store.RemoveExpired(ctx, l.now())
}

func tooMany(wait time.Duration) error {
	return problem.Problem{Slug: "too-many-attempts", Title: "Too many attempts; try again later", Status: http.StatusTooManyRequests,
		RetryAfter: max(wait, time.Second)}
}

// bucket names a count. It is a digest, so that the table holds no addresses of people.
func bucket(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write(append([]byte(p), 0))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// place is what counts as one address.
func place(a netip.Addr) string { return clientip.Network(a).String() }
