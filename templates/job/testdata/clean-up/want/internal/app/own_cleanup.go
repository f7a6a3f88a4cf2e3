package app

import (
	"context"

	"example.com/orders/internal/cleanup"
)

// runCleanUp works beside the servers until ctx is done.
func (a *App) runCleanUp(ctx context.Context) error {
	return cleanup.New().Run(ctx)
}
