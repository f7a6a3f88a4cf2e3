package httpserver

import (
	"context"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	checkTimeout = 2 * time.Second // bounds the readiness checks; a probe that waits longer has its answer
	readyFor     = time.Second     // how long an answer is kept, so that probes cannot be used to load the database
)

// A Check says why the service cannot work now, or nil.
type Check func(context.Context) error

// Health answers probes. Bodies are constant: no version, no detail (ASVS 5.0.0 V13.4.5).
type Health struct {
	Checks   []Check // of readiness; set before requests are served
	draining atomic.Bool

	mu      sync.Mutex
	checked time.Time // when the checks last ran
	ready   bool      // what they said
}

// NewHealth returns a Health that is ready.
func NewHealth() *Health { return &Health{} }

// Drain makes the service not ready for good: it is about to stop.
func (h *Health) Drain() { h.draining.Store(true) }

// Live answers 200 as long as the process can answer at all.
func (h *Health) Live(w http.ResponseWriter, _ *http.Request) error {
	return answerProbe(w, http.StatusOK, "ok\n")
}

// Ready answers 200, or 503 while draining or while a check fails. The answer of the checks is kept for a second.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) error {
	if h.draining.Load() || !h.check(r.Context()) {
		w.Header().Set("Retry-After", "1")
		return answerProbe(w, http.StatusServiceUnavailable, "not ready\n")
	}
	return answerProbe(w, http.StatusOK, "ready\n")
}

// check runs the checks, once for all probes of a second. A probe that goes away does not make the service look unready to others.
func (h *Health) check(ctx context.Context) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.checked.IsZero() && time.Since(h.checked) < readyFor {
		return h.ready
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTimeout)
	defer cancel()
	h.ready = true
	for _, check := range h.Checks {
		if check(ctx) != nil {
			h.ready = false
			break
		}
	}
	h.checked = time.Now()
	return h.ready
}

func answerProbe(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // the prober is gone if this fails
	return nil
}

// Header values of ping, shared by all responses, so that it allocates nothing.
var (
	pong       = []byte(`{"status":"ok"}`)
	pongLength = []string{"15"}
	pongType   = []string{"application/json"}
)

// ping answers through the whole chain: whether a client gets in, from which address and at what rate, shows here without
// touching anything. /livez is for orchestrators and skips most of the chain.
func ping(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h["Content-Type"], h["Content-Length"] = pongType, pongLength
	_, _ = w.Write(pong) // the client is gone if this fails
	return nil
}
