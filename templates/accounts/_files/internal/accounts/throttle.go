package accounts

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

	"example.com/app/internal/event"
	"example.com/app/internal/guard"
	"example.com/app/internal/problem"
)

// knownFor is how long an address stays known to an account after a login.
const knownFor = 30 * 24 * time.Hour

// Attempts counts failures in buckets and remembers addresses. Each method is atomic.
type Attempts interface {
	// Take adds one to the bucket's count unless it has reached limit. A bucket that is new, or whose time is over, begins at
	// zero and lasts until ends. Resets is when the bucket's time is over.
	Take(ctx context.Context, bucket string, limit int, now, ends time.Time) (taken bool, resets time.Time, err error)
	// Return subtracts one.
	Return(ctx context.Context, bucket string) error
	// Remember makes bucket known as an address of the user until then; ErrNotFound if the user was erased. Known reports
	// whether it is.
	Remember(ctx context.Context, bucket, userID string, until time.Time) error
	Known(ctx context.Context, bucket string, now time.Time) (bool, error)
	// RemoveExpired removes buckets and addresses whose time is over.
	RemoveExpired(ctx context.Context, now time.Time) error
}

// A limiter limits password guessing without letting anybody lock an owner out (ASVS 5.0.0 V6.1.1, V6.3.1).
//
// Only failures count: a few per account, from any client, and some more per client IP address over all accounts. An address
// that signed in to an account during the last 30 days has its own count for that account, which strangers do not touch. Counts
// are stored in the database, so that a restart does not forget them; accounts that do not exist are counted alike.
type limiter struct {
	store   Attempts
	account guard.Rate // failures per account; registrations per address
	address guard.Rate // failures per address
	now     func() time.Time
}

// An attempt is one try at an account. It counts as failed from the beginning: otherwise a hundred at once would all be let
// through before the first has failed.
type attempt struct {
	limiter   *limiter
	known     string // the bucket of this address for this account
	fromKnown bool   // whether the address signed in to the account before
	taken     []string
}

// begin counts an attempt at account from an address. The error is a 429 after too many failures.
func (l *limiter) begin(ctx context.Context, account string, from netip.Addr) (*attempt, error) {
	a := &attempt{limiter: l, known: bucket("known", account, network(from))}
	var err error
	if a.fromKnown, err = l.store.Known(ctx, a.known, l.now()); err != nil {
		return nil, err
	}
	if a.fromKnown {
		return a, a.take(ctx, a.known, l.account)
	}
	if err := a.take(ctx, bucket("account", account), l.account); err != nil {
		return nil, err
	}
	return a, a.take(ctx, bucket("address", network(from)), l.address)
}

// take counts one in bucket; if there is no room it returns what the attempt took elsewhere.
func (a *attempt) take(ctx context.Context, bucket string, rate guard.Rate) error {
	resets, err := a.limiter.take(ctx, bucket, rate)
	if err != nil {
		return err
	}
	if !resets.IsZero() {
		event.Log(ctx, event.LoginThrottled)
		if err := a.forgive(ctx); err != nil {
			return err
		}
		return tooMany(resets.Sub(a.limiter.now()))
	}
	a.taken = append(a.taken, bucket)
	return nil
}

// take counts one; if there is no room it returns when there will be.
func (l *limiter) take(ctx context.Context, bucket string, rate guard.Rate) (resets time.Time, err error) {
	now := l.now()
	taken, resets, err := l.store.Take(ctx, bucket, rate.Requests, now, now.Add(rate.Window))
	if err != nil || taken {
		return time.Time{}, err
	}
	return resets, nil
}

// succeeded takes the attempt off the counts and makes the address known to the user.
func (a *attempt) succeeded(ctx context.Context, userID string) error {
	if err := a.limiter.store.Remember(ctx, a.known, userID, a.limiter.now().Add(knownFor)); err != nil {
		return err
	}
	return a.forgive(ctx)
}

// forgive takes the attempt off the counts: it succeeded, or the service failed.
func (a *attempt) forgive(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // a client that disconnected, or a deadline, is the very reason to forgive
	for _, bucket := range a.taken {
		if err := a.limiter.store.Return(ctx, bucket); err != nil {
			return err
		}
	}
	a.taken = nil
	return nil
}

// registration counts a registration from an address. The error is a 429 after too many.
func (l *limiter) registration(ctx context.Context, from netip.Addr) error {
	resets, err := l.take(ctx, bucket("register", network(from)), l.account)
	if err != nil {
		return err
	}
	if !resets.IsZero() {
		event.Log(ctx, event.RateLimited, slog.String("policy", "register"))
		return tooMany(resets.Sub(l.now()))
	}
	return nil
}

// announce names the limit per account in addition to the general ones (draft-ietf-httpapi-ratelimit-headers: at most q in w
// seconds). What remains of it is only sent once nothing does: before that, it would reveal how often others have tried.
func (l *limiter) announce(h http.Header, err error) {
	add(h, "Ratelimit-Policy", fmt.Sprintf(`"auth";q=%d;w=%d`, l.account.Requests, seconds(l.account.Window)))
	var p problem.Problem
	if errors.As(err, &p) && p.Status == http.StatusTooManyRequests {
		add(h, "Ratelimit", fmt.Sprintf(`"auth";r=0;t=%d`, seconds(p.RetryAfter)))
	}
}

// add copies the values that are there: other responses may share them.
func add(h http.Header, name, value string) {
	h[name] = append(slices.Clip(h[name]), value)
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

func tooMany(wait time.Duration) error {
	return problem.Problem{Slug: "too-many-attempts", Title: "Too many attempts; try again later", Status: http.StatusTooManyRequests,
		RetryAfter: max(wait, time.Second)}
}

// bucket names a count. It is a digest, so that the table does not hold people's addresses.
func bucket(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = h.Write(append([]byte(p), 0))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// network is what counts as one client IP address.
func network(a netip.Addr) string {
	key := guard.KeyOf(a)
	return string(key[:])
}
