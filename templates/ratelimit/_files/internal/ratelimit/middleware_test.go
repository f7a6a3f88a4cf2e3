package ratelimit

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"example.com/app/internal/clientip"
	"example.com/app/internal/config"
	"example.com/app/internal/identity"
	"example.com/app/internal/metrics"
)

var twoAnHour = config.Rate{Requests: 2, Window: time.Hour, Burst: 2}

func ask(h http.Handler, path, client, actor string, m *metrics.Metrics) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	ctx := metrics.Into(clientip.With(r.Context(), netip.MustParseAddr(client), true), m)
	if actor != "" {
		ctx = identity.With(ctx, identity.Actor{ID: actor})
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(ctx))
	return w
}

func ok(http.ResponseWriter, *http.Request) {}

func TestByAddress(t *testing.T) {
	m := metrics.New()
	h := ByAddress(twoAnHour)(http.HandlerFunc(ok))
	for range 2 {
		w := ask(h, "/", "192.0.2.1", "", m)
		if w.Code != 200 || w.Header().Get("Retry-After") != "" {
			t.Fatalf("below the limit: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
	}
	w := ask(h, "/", "192.0.2.1", "", m)
	if w.Code != 429 || w.Header().Get("Retry-After") != "1800" || w.Header().Get("RateLimit") != `"address";r=0;t=3600` {
		t.Errorf("beyond the limit: %d %v", w.Code, w.Header())
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q", ct)
	}
	if w := ask(h, "/", "192.0.2.2", "", m); w.Code != 200 {
		t.Errorf("another address: %d", w.Code)
	}
	for _, probe := range []string{"/livez", "/readyz"} {
		if w := ask(h, probe, "192.0.2.1", "", m); w.Code != 200 {
			t.Errorf("%s: %d", probe, w.Code)
		}
	}
}

func TestByPrincipal(t *testing.T) {
	h := ByPrincipal(twoAnHour)(http.HandlerFunc(ok))
	for i, client := range []string{"192.0.2.1", "192.0.2.2"} {
		if w := ask(h, "/", client, "ann", nil); w.Code != 200 {
			t.Fatalf("call %d: %d", i+1, w.Code)
		}
	}
	if w := ask(h, "/", "192.0.2.3", "ann", nil); w.Code != 429 {
		t.Errorf("an actor with many addresses: %d", w.Code)
	}
	if w := ask(h, "/", "192.0.2.1", "bob", nil); w.Code != 200 {
		t.Errorf("another actor: %d", w.Code)
	}
	for range 5 {
		if w := ask(h, "/", "192.0.2.1", "", nil); w.Code != 200 || w.Header().Get("RateLimit") != "" {
			t.Errorf("a stranger is limited by address only: %d %v", w.Code, w.Header())
		}
	}
}
