package deadline

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"example.com/app/internal/problem"
)

// A handler whose dependency does not answer gives up in time, and the caller gets a 503.
func TestSlowDependency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		h := Middleware(10 * time.Second)(problem.Handler(func(_ http.ResponseWriter, r *http.Request) error {
			ctx, cancel := context.WithCancel(r.Context()) // as database/sql and net do
			defer cancel()
			<-ctx.Done()
			return ctx.Err()
		}))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if took := time.Since(start); took != 10*time.Second || w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("after %v: %d, Retry-After %q", took, w.Code, w.Header().Get("Retry-After"))
		}
	})
}

func serve(d time.Duration, ctx context.Context, do func(context.Context)) {
	Middleware(d)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { do(r.Context()) })).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
}

// A handler that works without waiting can ask how it stands, and for how long.
func TestErr(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kept context.Context
		serve(time.Second, t.Context(), func(ctx context.Context) {
			kept = ctx
			if at, ok := ctx.Deadline(); !ok || time.Until(at) != time.Second {
				t.Errorf("deadline in %v, %v", time.Until(at), ok)
			}
			if err := ctx.Err(); err != nil {
				t.Errorf("before: %v", err)
			}
			time.Sleep(time.Second)
			if err := ctx.Err(); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("after: %v", err)
			}
			<-ctx.Done()
		})
		if err := kept.Err(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("when it is over: %v", err)
		}
	})
}

// What outlives the request is told to stop, whether or not somebody waited before.
func TestEnds(t *testing.T) {
	for _, waited := range []bool{false, true} {
		var kept context.Context
		serve(time.Hour, t.Context(), func(ctx context.Context) {
			kept = ctx
			if waited {
				ctx.Done()
			}
		})
		if err := kept.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("waited %v: %v", waited, err)
		}
		select {
		case <-kept.Done():
		default:
			t.Errorf("waited %v: not done", waited)
		}
	}
}

// A client that goes away ends the work, and an earlier deadline of the server's holds.
func TestParent(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	serve(time.Hour, gone, func(ctx context.Context) {
		leave()
		<-ctx.Done()
		if err := ctx.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("the client is gone: %v", err)
		}
	})
	serve(time.Hour, gone, func(ctx context.Context) {
		if err := ctx.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("the client was gone before: %v", err)
		}
	})
	soon, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	serve(time.Hour, soon, func(ctx context.Context) {
		if at, _ := ctx.Deadline(); time.Until(at) > time.Minute {
			t.Errorf("deadline in %v", time.Until(at))
		}
	})
}
