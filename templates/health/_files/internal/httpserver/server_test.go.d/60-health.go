package httpserver

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func probe(t *testing.T, handler func(http.ResponseWriter, *http.Request) error) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	if err := handler(w, httptest.NewRequest("GET", "/", nil)); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHealth()
		var broken error
		h.Checks = append(h.Checks, func(context.Context) error { return broken })
		if w := probe(t, h.Ready); w.Code != 200 || w.Body.String() != "ready\n" {
			t.Errorf("ready200: %d %s", w.Code, w.Body)
		}

		broken = errors.New("dial tcp 10.0.0.7:5432: connection refused")
		time.Sleep(readyFor)
		w := probe(t, h.Ready)
		if w.Code != 503 || w.Body.String() != "not ready\n" || w.Header().Get("Retry-After") == "" {
			t.Errorf("ready503 with a broken part: %d %v %s", w.Code, w.Header(), w.Body)
		}
		if w := probe(t, h.Live); w.Code != 200 || w.Body.String() != "ok\n" {
			t.Errorf("live200 with a broken part: %d %s", w.Code, w.Body)
		}

		broken = nil
		time.Sleep(readyFor)
		if w := probe(t, h.Ready); w.Code != 200 {
			t.Errorf("ready200 again: %d", w.Code)
		}
		h.Drain()
		if w := probe(t, h.Ready); w.Code != 503 || w.Body.String() != "not ready\n" {
			t.Errorf("ready503 while draining: %d %s", w.Code, w.Body)
		}
		if w := probe(t, h.Live); w.Code != 200 {
			t.Errorf("live200 while draining: %d", w.Code)
		}
	})
}

// Probes are answered at any rate, and what they ask of the database does not grow with it.
func TestReadyIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHealth()
		asked := 0
		h.Checks = append(h.Checks, func(context.Context) error {
			asked++
			return nil
		})
		for range 2 {
			var wg sync.WaitGroup
			for range 50 {
				wg.Go(func() { probe(t, h.Ready) })
			}
			wg.Wait()
		}
		if asked != 1 {
			t.Errorf("100 probes within a second asked %d times", asked)
		}
		time.Sleep(readyFor)
		if probe(t, h.Ready); asked != 2 {
			t.Errorf("a second later it was asked %d times, want 2", asked)
		}
	})
}

// A part that hangs makes the service not ready; it does not hang the probe. A prober that goes away says nothing about the service.
func TestReady503InTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHealth()
		h.Checks = append(h.Checks, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		began := time.Now()
		if w := probe(t, h.Ready); w.Code != 503 || time.Since(began) > checkTimeout {
			t.Errorf("%d after %v", w.Code, time.Since(began))
		}
	})
	h := NewHealth()
	h.Checks = append(h.Checks, func(ctx context.Context) error { return ctx.Err() })
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	if err := h.Ready(w, httptest.NewRequest("GET", "/", nil).WithContext(gone)); err != nil || w.Code != 200 {
		t.Errorf("a prober that is gone: %d, %v", w.Code, err)
	}
}

func TestPing200(t *testing.T) {
	w := probe(t, ping)
	if w.Code != 200 || w.Body.String() != `{"status":"ok"}` || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %s %s", w.Code, w.Header(), w.Body)
	}
	if got := w.Header().Get("Content-Length"); got != strconv.Itoa(w.Body.Len()) {
		t.Errorf("Content-Length %s for %d bytes", got, w.Body.Len())
	}
}
