package app

import (
	"context"
	"log/slog"
	"time"
)

// housekeeping is how often what has expired is removed. Expired rows are refused all the same; this is about their number.
const housekeeping = 10 * time.Minute

// tidy runs do now and again until ctx is done. A failure is logged: the next round makes up for it.
func (a *App) tidy(ctx context.Context, what string, do func(context.Context) error) error {
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
}
