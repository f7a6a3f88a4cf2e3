// Package cleanup works beside the servers, now and again, until the service stops.
package cleanup

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"example.com/orders/internal/logging"
)

// rest is the time between two rounds, and the most that one may take.
const rest = 90 * time.Minute

// A Job does its work in rounds.
type Job struct {
	do func(context.Context) error
}

// New returns the job. What the work needs becomes a parameter here and a field above.
func New() *Job {
	j := &Job{}
	j.do = j.work
	return j
}

// work is one round: what the job is for. It returns soon when ctx is done.
func (j *Job) work(context.Context) error {
	return nil
}

// Run works until ctx is done, and returns nil then. A round that fails is logged and not returned, which would stop the service: the
// next one makes up for it.
func (j *Job) Run(ctx context.Context) error {
	for {
		if err := j.round(ctx); err != nil && ctx.Err() == nil {
			logging.From(ctx).LogAttrs(ctx, slog.LevelError, "a round failed", slog.String("job", "clean up"), slog.String("cause", err.Error()))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(rest):
		}
	}
}

// round does the work once. A panic is a failure like any other: here it would end the program.
func (j *Job) round(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, rest)
	defer cancel()
	return j.do(ctx)
}
