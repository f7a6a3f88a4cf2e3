package app

import (
	"context"

	"example.com/app/internal/config"
	"example.com/app/internal/sqlite"
)

// Backup writes a copy of the database to a new file.
func Backup(ctx context.Context, c config.Config, to string) error { return sqlite.Backup(ctx, c, to) }

// Restore replaces the database with a copy that Backup wrote.
func Restore(ctx context.Context, c config.Config, from string) error {
	return sqlite.Restore(ctx, c, from)
}
