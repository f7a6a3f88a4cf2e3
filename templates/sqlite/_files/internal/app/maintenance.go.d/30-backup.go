package app

import (
	"context"
	"io"

	"example.com/app/internal/config"
	"example.com/app/internal/sqlite"
)

// Backup writes a copy of the database.
func Backup(ctx context.Context, c config.Config, to io.Writer) error {
	return sqlite.Backup(ctx, c, to)
}

// Restore replaces the database with a copy that Backup wrote.
func Restore(ctx context.Context, c config.Config, from io.Reader) error {
	return sqlite.Restore(ctx, c, from)
}
