package app

import (
	"context"

	"example.com/app/internal/pages"
)

// wirePages puts the pages on the surface.
func (a *App) wirePages(context.Context) error {
	a.handlers.Pages = pages.New(a.config.SecurityContact, a.config.SecurityEncryption)
	return nil
}
