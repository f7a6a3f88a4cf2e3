// Package health answers probes. Bodies are constant: no version, no detail (ASVS 5.0.0 V13.4.5).
package health

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// checkTimeout bounds one readiness check; a probe that waits longer has its answer.
const checkTimeout = 2 * time.Second

// A Check says why the service cannot work now, or nil.
type Check func(context.Context) error

// Health knows whether the service is alive and whether it can take requests.
type Health struct {
	draining atomic.Bool
	checks   []Check
}

// New returns a Health that is ready.
func New() *Health { return &Health{} }

// Add adds a readiness check. Not to be called once requests are served.
func (h *Health) Add(c Check) { h.checks = append(h.checks, c) }

// Drain makes the service not ready for good: it is about to stop.
func (h *Health) Drain() { h.draining.Store(true) }

// Live answers 200 as long as the process can answer at all.
func (h *Health) Live(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, http.StatusOK, "ok\n")
}

// Ready answers 200, or 503 while draining or while a check fails.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), checkTimeout)
	defer cancel()
	if h.draining.Load() {
		return unready(w)
	}
	for _, check := range h.checks {
		if check(ctx) != nil {
			return unready(w)
		}
	}
	return answer(w, http.StatusOK, "ready\n")
}

func unready(w http.ResponseWriter) error {
	w.Header().Set("Retry-After", "1")
	return answer(w, http.StatusServiceUnavailable, "not ready\n")
}

func answer(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err := io.WriteString(w, text)
	_ = err // the prober is gone if this fails; the status is written
	return nil
}
