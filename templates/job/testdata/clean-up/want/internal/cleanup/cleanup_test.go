package cleanup

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.com/orders/internal/logging"
)

// A round that fails or panics is logged, the next one starts after the interval, and the job ends with the service.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		ctx, stop := context.WithCancel(logging.Into(t.Context(), logging.New(&log, slog.LevelInfo)))
		defer stop()
		rounds := 0
		j := New()
		j.do = func(ctx context.Context) error {
			switch rounds++; rounds {
			case 1:
				return errors.New("first")
			case 2:
				panic("second")
			case 3: // hangs until its deadline
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
		done := make(chan error)
		go func() { done <- j.Run(ctx) }()
		for want := range 3 {
			synctest.Wait()
			if rounds != want+1 {
				t.Errorf("%d rounds, want %d", rounds, want+1)
			}
			time.Sleep(interval)
		}
		time.Sleep(interval)
		stop()
		if err := <-done; err != nil {
			t.Errorf("a job that is stopped: %v", err)
		}
		if rounds != 4 {
			t.Errorf("%d rounds, want 4", rounds)
		}
		for _, cause := range []string{`"cause":"first"`, `"cause":"panic: second"`, `"cause":"context deadline exceeded"`} {
			if !strings.Contains(log.String(), cause) {
				t.Errorf("the log has no %s:\n%s", cause, log.String())
			}
		}
	})
}

// A job that is stopped while it works does not wait for the interval.
func TestStopWhileWorking(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	j := New()
	j.do = func(ctx context.Context) error {
		stop()
		<-ctx.Done()
		return ctx.Err()
	}
	if err := j.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestWork(t *testing.T) {
	if err := New().do(t.Context()); err != nil {
		t.Error(err)
	}
}
