package app

import (
	"context"

	"example.com/app/internal/notes"
)

// wireNotes puts the notes on the surface.
func (a *App) wireNotes(ctx context.Context) error {
	store, err := a.notesStore(ctx)
	if err != nil {
		return err
	}
	a.handlers.Notes = notes.New(store)
	return nil
}
