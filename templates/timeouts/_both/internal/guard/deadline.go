package guard

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// deadline ends the context of a request after Timeout, so that anything that waits for a database or another service returns (ASVS 5.0.0 V15.1.3).
// http.TimeoutHandler is not used: it holds answers back and hides http.Flusher.
func (g *Guard) deadline() link {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if g.config.Lasting != nil && g.config.Lasting(r) {
				next.ServeHTTP(w, r)
				return
			}
			q := From(r.Context())
			ctx := &bounded{Context: q.Context, at: q.Began.Add(g.config.Timeout)}
			defer ctx.end()
			q.Context = ctx
			next.ServeHTTP(w, r)
		})
	}
}

// bounded ends at its deadline, like what context.WithDeadline returns, but makes the timer when Done is first asked for: a handler that waits for nothing, which is
// most of them in most requests, does not pay for it.
type bounded struct {
	context.Context // the server's
	at              time.Time

	mu    sync.Mutex
	ended bool
	timed context.Context // what Done waits on, once somebody asked
	stop  context.CancelFunc
}

// Deadline returns the earlier of the two.
func (b *bounded) Deadline() (time.Time, bool) {
	if at, ok := b.Context.Deadline(); ok && at.Before(b.at) {
		return at, true
	}
	return b.at, true
}

func (b *bounded) Done() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.timed == nil {
		b.timed, b.stop = context.WithDeadline(b.Context, b.at)
		if b.ended {
			b.stop()
		}
	}
	return b.timed.Done()
}

func (b *bounded) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.timed != nil {
		return b.timed.Err() // agrees with Done
	}
	if err := b.Context.Err(); err != nil {
		return err
	}
	if b.ended {
		return context.Canceled
	}
	if !time.Now().Before(b.at) {
		return context.DeadlineExceeded
	}
	return nil
}

// end releases the timer when the request is over.
func (b *bounded) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	if b.stop != nil {
		b.stop()
	}
}
