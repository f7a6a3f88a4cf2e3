package command

import (
	"context"
	"fmt"

	"example.com/app/internal/app"
	"example.com/app/internal/config"
)

// backup writes a copy of the database, which the service may use meanwhile.
func backup(ctx context.Context, env Env, args []string) error {
	return copyDatabase(ctx, env, args, app.Backup, "written to %s; store the keys apart from it\n")
}

// restore replaces the database by a copy. What was revoked since the copy was made is valid again.
func restore(ctx context.Context, env Env, args []string) error {
	return copyDatabase(ctx, env, args, app.Restore, "restored from %s; run migrate, then end the sessions that are valid again\n")
}

func copyDatabase(ctx context.Context, env Env, args []string, do func(context.Context, config.Config, string) error, done string) error {
	if len(args) != 1 {
		return ErrUsage
	}
	c, err := config.Load(env.Getenv)
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	if err := do(ctx, c, args[0]); err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, done, args[0])
	return nil
}
