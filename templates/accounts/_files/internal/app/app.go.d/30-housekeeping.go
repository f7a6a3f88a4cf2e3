package app

import (
	"context"
	"log/slog"
	"time"
)

// housekeeping is how often expired rows are removed. They are refused all the same; this is about their number.
const housekeeping = 10 * time.Minute

// regularly returns work that calls do now and again. A failure is logged: the next round makes up for it.
func (a *App) regularly(what string, do func(context.Context) error) work {
	return work{what, func(ctx context.Context) error {
		for {
			if err := do(ctx); err != nil && ctx.Err() == nil {
				a.log.LogAttrs(ctx, slog.LevelError, "housekeeping failed", slog.String("what", what), slog.String("cause", err.Error()))
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(housekeeping):
			}
		}
	}}
}
