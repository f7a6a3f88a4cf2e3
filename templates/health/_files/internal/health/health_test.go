package health

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

func ask(t *testing.T, handler func(http.ResponseWriter, *http.Request) error) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	if err := handler(w, httptest.NewRequest("GET", "/", nil)); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestReady(t *testing.T) {
	h := New()
	var broken error
	h.Add(func(context.Context) error { return broken })
	if w := ask(t, h.Ready); w.Code != 200 || w.Body.String() != "ready\n" {
		t.Errorf("ready200: %d %s", w.Code, w.Body)
	}

	broken = errors.New("dial tcp 10.0.0.7:5432: connection refused")
	w := ask(t, h.Ready)
	if w.Code != 503 || w.Body.String() != "not ready\n" || w.Header().Get("Retry-After") == "" {
		t.Errorf("ready503 with a broken part: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := ask(t, h.Live); w.Code != 200 || w.Body.String() != "ok\n" {
		t.Errorf("live200 with a broken part: %d %s", w.Code, w.Body)
	}

	broken = nil
	if w := ask(t, h.Ready); w.Code != 200 {
		t.Errorf("ready200 again: %d", w.Code)
	}
	h.Drain()
	if w := ask(t, h.Ready); w.Code != 503 || w.Body.String() != "not ready\n" {
		t.Errorf("ready503 while draining: %d %s", w.Code, w.Body)
	}
	if w := ask(t, h.Live); w.Code != 200 {
		t.Errorf("live200 while draining: %d", w.Code)
	}
}

// A part that hangs makes the service not ready; it does not hang the probe.
func TestReady503InTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New()
		h.Add(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		began := time.Now()
		if w := ask(t, h.Ready); w.Code != 503 || time.Since(began) > checkTimeout {
			t.Errorf("%d after %v", w.Code, time.Since(began))
		}
	})
}
