package httpserver

import (
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"example.com/app/internal/config"
)

// A handler that waits for something gives up before the server stops writing (I15, ASVS 5.0.0 V15.1.3).
func TestDeadlineBehindTheChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := behind(t, nil, func(_ http.ResponseWriter, r *http.Request) error {
			select {
			case <-r.Context().Done():
				return r.Context().Err()
			case <-time.After(time.Hour):
				return nil
			}
		})
		start := time.Now()
		w := ask(h)
		if took := time.Since(start); w.Code != 503 || took >= writeTimeout || w.Header().Get("Retry-After") == "" {
			t.Errorf("%d after %v", w.Code, took)
		}
	})
}

// Without these a client may hold a connection for ever (I7, CWE-400).
func TestEveryTimeoutIsSet(t *testing.T) {
	c, err := config.Load(func(string) string { return "" })
	if c.RateLimit.Burst == 0 { // that keys are missing does not matter here
		t.Fatal(err)
	}
	s := New(Deps{Config: c, Log: slog.New(slog.DiscardHandler)}, Handlers{})
	for name, got := range map[string]time.Duration{
		"ReadHeaderTimeout": s.ReadHeaderTimeout, "ReadTimeout": s.ReadTimeout, "WriteTimeout": s.WriteTimeout, "IdleTimeout": s.IdleTimeout,
	} {
		if got <= 0 || got > 2*time.Minute {
			t.Errorf("%s is %v", name, got)
		}
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > 64<<10 {
		t.Errorf("MaxHeaderBytes is %d", s.MaxHeaderBytes)
	}
}
