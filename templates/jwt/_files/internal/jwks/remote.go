package jwks

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"example.com/app/internal/logging"
)

// How keys are fetched. None of it depends on a request: what a caller sends can at most cause one fetch earlier.
const (
	fetchTimeout = 5 * time.Second  // shorter than the chain's deadline: a caller with an unknown key waits for it
	refreshEvery = 5 * time.Minute  // a key that the issuer withdrew is refused after that at the latest
	staleAfter   = 1 * time.Hour    // if the issuer cannot be reached, its last keys hold no longer
	fetchAtMost  = 10 * time.Second // unknown ids between two fetches are refused without another one
)

// A Remote is the keys at a URL that the operator set (ASVS 5.0.0 V9.1.3): no header of a token leads to a fetch from anywhere else.
type Remote struct {
	url        string
	algorithms []string
	client     *http.Client
	now        func() time.Time

	fetching sync.Mutex // one fetch at a time; the others wait for it

	mu      sync.RWMutex
	set     Set
	fetched time.Time // of set
	tried   time.Time // the last fetch, successful or not
	failure error     // of the last fetch
}

// NewRemote returns the keys at url, which must be https or on this machine. Nothing is fetched yet.
func NewRemote(url string, algorithms []string, now func() time.Time) *Remote {
	return &Remote{
		url:        url,
		algorithms: algorithms,
		now:        now,
		client: &http.Client{
			Timeout: fetchTimeout,
			// A redirect would let somebody else name the keys.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				Proxy:                  nil, // a proxy from the environment would be a key source that no setting names
				TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
				TLSHandshakeTimeout:    fetchTimeout,
				ResponseHeaderTimeout:  fetchTimeout,
				MaxResponseHeaderBytes: 16 << 10,
				MaxConnsPerHost:        1,
				IdleConnTimeout:        time.Minute,
				ForceAttemptHTTP2:      true,
			},
		},
	}
}

// Find returns the key with an id. An id that is not known makes the keys be fetched again, because the issuer may have a new one;
// not more often than every ten seconds, so that made-up ids are no way to have us flood the issuer. The error is ErrUnknown, or a 503
// while the issuer's keys are not to be had.
func (r *Remote) Find(ctx context.Context, id string) (Key, error) {
	if k, ok := r.look(id); ok {
		return k, nil
	}
	r.fetching.Lock()
	r.mu.RLock()
	due := r.now().Sub(r.tried) >= fetchAtMost // not if another caller has just fetched them, while this one waited
	r.mu.RUnlock()
	if due {
		r.fetch(ctx)
	}
	r.fetching.Unlock()
	if k, ok := r.look(id); ok {
		return k, nil
	}
	if err := r.Ready(ctx); err != nil {
		return Key{}, err
	}
	return Key{}, ErrUnknown
}

// Ready returns nil if keys are at hand.
func (r *Remote) Ready(context.Context) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.fetched.IsZero() || r.now().Sub(r.fetched) >= staleAfter {
		return unavailable(errors.Join(errors.New("not fetched in time"), r.failure))
	}
	return nil
}

// Keep fetches the keys now and then until ctx is done, so that requests find them.
func (r *Remote) Keep(ctx context.Context) error {
	for {
		r.fetching.Lock()
		r.fetch(ctx)
		r.fetching.Unlock()
		wait := refreshEvery
		if r.failed() {
			wait = fetchAtMost
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

func (r *Remote) look(id string) (Key, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.fetched.IsZero() || r.now().Sub(r.fetched) >= staleAfter {
		return Key{}, false
	}
	return r.set.Find(id)
}

func (r *Remote) failed() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.failure != nil
}

// fetch replaces the keys, or leaves them as they are and logs why. A caller who hangs up does not end it: others wait for it.
func (r *Remote) fetch(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	set, err := r.get(ctx)
	if err != nil {
		logging.From(ctx).LogAttrs(ctx, slog.LevelError, "the issuer's keys cannot be fetched", slog.String("cause", err.Error()))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tried, r.failure = r.now(), err
	if err == nil {
		r.set, r.fetched = set, r.tried
	}
}

func (r *Remote) get(ctx context.Context) (Set, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return Set{}, err
	}
	req.Header.Set("Accept", "application/jwk-set+json, application/json")
	res, err := r.client.Do(req)
	if err != nil {
		return Set{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Set{}, fmt.Errorf("status %d", res.StatusCode)
	}
	return read(res.Body, r.algorithms)
}
