package guard_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The settings reach the limit, and a refusal is a line.
func TestRateLimitSettings(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(was)
	h := guarded(t, ok, "RATE_LIMIT=1/1h,1", "TRUSTED_PROXIES=10.0.0.0/8", "PROBE_PATHS=/up")
	for _, tt := range []struct {
		path, client string
		want         int
	}{
		{"/", "203.0.113.1", http.StatusOK},
		{"/", "203.0.113.1", http.StatusTooManyRequests},
		{"/", "203.0.113.2", http.StatusOK},
		{"/up", "203.0.113.1", http.StatusOK},
	} {
		r := httptest.NewRequest("GET", tt.path, nil)
		r.RemoteAddr = "10.0.0.1:5000"
		r.Header.Set("X-Forwarded-For", tt.client)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != tt.want {
			t.Errorf("%s from %s: %d, want %d", tt.path, tt.client, w.Code, tt.want)
		}
	}
	if got := log.String(); strings.Count(got, "msg=refused") != 1 || !strings.Contains(got, "reason=rate-limited") || !strings.Contains(got, "client=203.0.113.1") {
		t.Errorf("the log says %s", got)
	}
	defer func() {
		if got, want := recover(), "guard: RATE_LIMIT: want requests/window,burst such as 10/1s,20"; got != want {
			t.Errorf("panic with %v, want %v", got, want)
		}
	}()
	guarded(t, ok, "RATE_LIMIT=10")
}
