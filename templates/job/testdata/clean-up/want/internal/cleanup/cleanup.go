// Package cleanup runs in the background at an interval until the service stops.
package cleanup

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"example.com/orders/internal/logging"
)

// interval is the time between two rounds, and the limit of one.
const interval = 90 * time.Minute

// A Job does its work in rounds.
type Job struct {
	do func(context.Context) error
}

// New returns the job. Pass what the work needs here, and keep it in a field.
func New() *Job {
	j := &Job{}
	j.do = j.work
	return j
}

// work is one round: put the work here. It has to return soon after ctx is done.
func (j *Job) work(context.Context) error {
	return nil
}

// Run works until ctx is done, and then returns nil. A round that fails is logged and not returned, because an error stops the service.
func (j *Job) Run(ctx context.Context) error {
	for {
		if err := j.round(ctx); err != nil && ctx.Err() == nil {
			logging.From(ctx).LogAttrs(ctx, slog.LevelError, "job failed", slog.String("job", "clean up"), slog.String("cause", err.Error()))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(interval):
		}
	}
}

// round does the work once. A panic becomes an error: in this goroutine it would end the program.
func (j *Job) round(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, interval)
	defer cancel()
	return j.do(ctx)
}
