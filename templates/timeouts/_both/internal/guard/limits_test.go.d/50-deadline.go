package guard

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// during calls do with the context of a request that may take so long.
func during(timeout time.Duration, parent context.Context, do func(context.Context)) {
	h := behind(Config{Timeout: timeout}, (*Guard).deadline, func(_ http.ResponseWriter, r *http.Request) { do(r.Context()) })
	answer(h, httptest.NewRequest("GET", "/", nil).WithContext(parent))
}

// What waits on the context of a request returns when its time is over.
func TestDeadline(t *testing.T) {
	during(time.Millisecond, context.Background(), func(ctx context.Context) {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("no deadline")
		}
		<-ctx.Done() // or the test never ends
		if err := ctx.Err(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ends with %v", err)
		}
	})
	during(time.Nanosecond, context.Background(), func(ctx context.Context) {
		for ctx.Err() == nil { // a handler that does not wait, and asks
			time.Sleep(time.Millisecond)
		}
		if err := ctx.Err(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ends with %v", err)
		}
	})
}

// What lasts on purpose has no deadline.
func TestLasting(t *testing.T) {
	for lasts, want := range map[bool]bool{true: false, false: true} {
		c := Config{Timeout: time.Hour, Lasting: func(*http.Request) bool { return lasts }}
		answer(behind(c, (*Guard).deadline, func(_ http.ResponseWriter, r *http.Request) {
			if _, has := r.Context().Deadline(); has != want {
				t.Errorf("lasts %v, has a deadline: %v", lasts, has)
			}
		}), httptest.NewRequest("GET", "/", nil))
	}
}

// What outlives the request is told to stop, whether or not somebody waited before.
func TestDeadlineEnds(t *testing.T) {
	for _, waited := range []bool{false, true} {
		var kept context.Context
		during(time.Hour, context.Background(), func(ctx context.Context) {
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
func TestDeadlineOfTheServer(t *testing.T) {
	gone, leave := context.WithCancel(context.Background())
	during(time.Hour, gone, func(ctx context.Context) {
		leave()
		<-ctx.Done()
		if err := ctx.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("the client is gone: %v", err)
		}
	})
	during(time.Hour, gone, func(ctx context.Context) {
		if err := ctx.Err(); !errors.Is(err, context.Canceled) {
			t.Errorf("the client was gone before: %v", err)
		}
	})
	soon, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	during(time.Hour, soon, func(ctx context.Context) {
		if at, _ := ctx.Deadline(); time.Until(at) > time.Minute {
			t.Errorf("deadline in %v", time.Until(at))
		}
	})
}
