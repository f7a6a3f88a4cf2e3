package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/app/internal/app"
	"example.com/app/internal/config"
)

// backup writes a copy of the database to a new file that only its owner can read, or to standard output.
func backup(ctx context.Context, env Env, args []string) error {
	if len(args) != 1 {
		return ErrUsage
	}
	c, err := config.Load(env.Getenv)
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	if args[0] == "-" {
		return app.Backup(ctx, c, env.Stdout)
	}
	f, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("back up database: %w", err)
	}
	if err := errors.Join(app.Backup(ctx, c, f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(args[0]))
	}
	return nil
}

// restore replaces the database with a backup, from a file or from standard input. Sessions and keys that were revoked since
// the backup are valid again.
func restore(ctx context.Context, env Env, args []string) error {
	if len(args) != 1 {
		return ErrUsage
	}
	c, err := config.Load(env.Getenv)
	if err != nil {
		return fmt.Errorf("settings:\n%w", err)
	}
	from := io.NopCloser(os.Stdin)
	if args[0] != "-" {
		if from, err = os.Open(args[0]); err != nil {
			return fmt.Errorf("restore database: %w", err)
		}
	}
	return errors.Join(app.Restore(ctx, c, from), from.Close())
}
