package guard_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// from is a request for a path from an address.
func from(address, path string) *http.Request {
	r := httptest.NewRequest("GET", path, nil)
	r.RemoteAddr = address
	return r
}

func TestRateLimit(t *testing.T) {
	h := guarded(t, ok, "RATE_LIMIT=1/1h,3", "TRUSTED_PROXIES=10.0.0.0/8")
	call := func(r *http.Request) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for i, left := range []string{"2", "1", "0"} {
		w := call(from("192.0.2.1:5000", "/"))
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("RateLimit-Policy") != `"client";q=3;w=10800` || h.Get("Retry-After") != "" {
			t.Fatalf("call %d: %d %v", i+1, w.Code, h)
		}
		if got := h.Get("RateLimit"); got[:len(`"client";r=`)+1] != `"client";r=`+left {
			t.Errorf("call %d: %s, want %s left", i+1, got, left)
		}
	}
	w := call(from("192.0.2.1:5001", "/"))
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "3600" || w.Body.String() != "too many requests\n" {
		t.Errorf("beyond the limit: %d, Retry-After %q, %q", w.Code, w.Header().Get("Retry-After"), w.Body)
	}
	forged := from("192.0.2.1:5000", "/")
	forged.Header.Set("X-Forwarded-For", "203.0.113.9")
	if w := call(forged); w.Code != http.StatusTooManyRequests {
		t.Errorf("an address that the client made up: %d", w.Code)
	}
	for _, probe := range []string{"/livez", "/readyz", "/healthz"} {
		if w := call(from("192.0.2.1:5000", probe)); w.Code != http.StatusOK {
			t.Errorf("%s: %d", probe, w.Code)
		}
	}
	if w := call(from("192.0.2.2:5000", "/")); w.Code != http.StatusOK {
		t.Errorf("another client: %d", w.Code)
	}
}

// Behind a proxy each client has a bucket of its own.
func TestRateLimitBehindAProxy(t *testing.T) {
	h := guarded(t, ok, "RATE_LIMIT=1/1h,1", "TRUSTED_PROXIES=10.0.0.0/8")
	for client, want := range map[string]int{"203.0.113.1": http.StatusOK, "203.0.113.2": http.StatusOK} {
		for range [2]struct{}{} {
			r := from("10.0.0.1:5000", "/")
			r.Header.Set("X-Forwarded-For", client)
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != want {
				t.Errorf("%s: %d, want %d", client, w.Code, want)
			}
			want = http.StatusTooManyRequests
		}
	}
}

// Behind a proxy that nobody named, all clients are one. The log says so, once.
func TestRateLimitBehindAnUnknownProxy(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(was)
	h := guarded(t, ok, "RATE_LIMIT=1/1h,1")
	for i := 0; i < 3; i++ {
		r := from("10.0.0.1:5000", "/")
		r.Header.Set("X-Forwarded-For", "203.0.113.1")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	h.ServeHTTP(httptest.NewRecorder(), from("192.0.2.1:5000", "/"))
	h.ServeHTTP(httptest.NewRecorder(), from("192.0.2.1:5000", "/"))
	if n := strings.Count(log.String(), "TRUSTED_PROXIES"); n != 1 || !strings.Contains(log.String(), "peer=10.0.0.1") {
		t.Errorf("said %d times:\n%s", n, log.String())
	}
}

func TestRateLimitSettings(t *testing.T) {
	for value, good := range map[string]bool{
		"10/1s,20": true, "100/15m": true, " 5 / 1m , 5 ": true,
		"10": false, "0/1s": false, "10/1s,0": false, "-1/1s": false, "10/0s": false, "10/1s,x": false, "1/48h": false, "9999999/1s": false,
	} {
		func() {
			defer func() {
				if got := recover(); (got == nil) != good {
					t.Errorf("RATE_LIMIT=%q: panic with %v", value, got)
				}
			}()
			guarded(t, ok, "RATE_LIMIT="+value)
		}()
	}
}
