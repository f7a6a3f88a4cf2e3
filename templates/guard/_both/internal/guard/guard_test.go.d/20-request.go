package guard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"testing"
)

// What the guard knows of a request is in its context, and is one value however deep it is asked for.
func TestRequest(t *testing.T) {
	r := httptest.NewRequest("POST", "/", nil)
	r.RemoteAddr = "10.0.0.1:5000"
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	r.Header.Set("X-Forwarded-Proto", "https")
	c := Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	called := false
	h := New(c).around(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		called = true
		q := From(r.Context())
		if q.Client != netip.MustParseAddr("203.0.113.9") || !q.HTTPS || q.Method != "POST" || q.Began.IsZero() {
			t.Errorf("%+v", q)
		}
		type key struct{}
		deeper := context.WithValue(r.Context(), key{}, "value")
		if From(deeper) != q || deeper.Value(key{}) != "value" {
			t.Error("a context made of it does not lead to it")
		}
	}), nil)
	if answer(h, r); !called {
		t.Error("the handler was not called")
	}
	if q := From(context.Background()); q.ID() != "" || q.Client.IsValid() {
		t.Errorf("outside of a request: %+v", q)
	}
}

// Each request has an id of its own, which the client is told and cannot choose.
func TestRequestID(t *testing.T) {
	known := map[string]bool{}
	for i := 0; i < 100; i++ {
		inside, header := "", ""
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Request-Id", "forged\nby the client")
		w := answer(New(Config{}).around(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			inside, header = From(r.Context()).ID(), r.Header.Get("X-Request-Id")
		}), nil), r)
		sent := w.Header().Values("X-Request-Id")
		if len(sent) != 1 || sent[0] != inside || header != "" {
			t.Fatalf("sent %q, in the context %q, still in the request %q", sent, inside, header)
		}
		if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(inside) {
			t.Fatalf("%q is not a random UUID", inside)
		}
		if known[inside] {
			t.Fatalf("%s came twice", inside)
		}
		known[inside] = true
	}
}

// A method that a client made up is not written anywhere.
func TestMethod(t *testing.T) {
	for sent, want := range map[string]string{"GET": "GET", "PATCH": "PATCH", "get": "other", "SWORDFISH": "other"} {
		answer(New(Config{}).around(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if got := From(r.Context()).Method; got != want {
				t.Errorf("%s: %s, want %s", sent, got, want)
			}
		}), nil), httptest.NewRequest(sent, "/", nil))
	}
}
