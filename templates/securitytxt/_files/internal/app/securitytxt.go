package app

import (
	"context"

	"example.com/app/internal/securitytxt"
)

// wireSecurityTxt puts security.txt on the surface.
func (a *App) wireSecurityTxt(context.Context) error {
	a.handlers.SecurityTxt = securitytxt.New(a.config)
	return nil
}
