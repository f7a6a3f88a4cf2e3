package app

import (
	"context"

	"example.com/app/internal/cspreport"
)

// wireCSPReport lets browsers report what our policy stopped.
func (a *App) wireCSPReport(context.Context) error {
	a.handlers.CSPReport = cspreport.New()
	return nil
}
