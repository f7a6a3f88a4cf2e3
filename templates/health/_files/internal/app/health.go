package app

import "context"

// wireHealth puts the probes on the public surface too: orchestrators reach no loopback listener.
func (a *App) wireHealth(context.Context) error {
	a.handlers.Health = a.health
	return nil
}
