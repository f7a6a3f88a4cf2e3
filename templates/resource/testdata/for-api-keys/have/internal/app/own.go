package app

// own is what the steps of this file share. It is a part of App.
type own struct{}

// ownSteps wire what this service has beside what it came with, when that is in place. A step that opens something adds to a.closers.
func (a *App) ownSteps() []step {
	return []step{}
}

// ownWork runs beside the servers until the service stops. It returns nil when its context is done; an error stops the service.
func (a *App) ownWork() []step {
	return []step{}
}
