package command

import (
	"context"
	"fmt"

	"example.com/app/internal/app"
)

// migrate applies missing migrations. It is a separate command so that the service itself needs no right to change the schema
// (ASVS 5.0.0 V13.2.2).
func migrate(ctx context.Context, env Env, _ []string) error {
	c, err := settings(env)
	if err != nil {
		return err
	}
	applied, err := app.Migrate(ctx, c)
	for _, name := range applied {
		fmt.Fprintln(env.Stdout, "applied", name)
	}
	if err == nil && len(applied) == 0 {
		fmt.Fprintln(env.Stdout, "the schema is current")
	}
	return err
}
