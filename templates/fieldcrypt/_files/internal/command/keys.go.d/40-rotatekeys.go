package command

import (
	"context"
	"fmt"
	"slices"

	"example.com/app/internal/app"
)

// rotateKeys encrypts what is stored under older keys with the newest one; afterwards the older keys can be removed.
func rotateKeys(ctx context.Context, env Env, args []string) error {
	plain := slices.Equal(args, []string{"--plain"})
	if len(args) > 0 && !plain {
		return ErrUsage
	}
	c, err := settings(env)
	if err != nil {
		return err
	}
	changed, err := app.RotateKeys(ctx, c, plain)
	if err != nil {
		return fmt.Errorf("after %d values: %w", changed, err)
	}
	fmt.Fprintf(env.Stdout, "encrypted %d values again; everything is under the newest key\n", changed)
	return nil
}
