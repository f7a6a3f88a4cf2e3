package guard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// A handler whose dependency does not answer gives up in time.
func TestSlowDependency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		answer(behind(Config{Timeout: 10 * time.Second}, (*Guard).deadline, func(_ http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithCancel(r.Context()) // as database/sql and net do
			defer cancel()
			<-ctx.Done()
		}), httptest.NewRequest("GET", "/", nil))
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("after %v", took)
		}
	})
}
