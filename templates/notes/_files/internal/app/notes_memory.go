package app

import (
	"context"

	"example.com/app/internal/notes"
)

// notesStore keeps notes in memory: the service has no database.
func (a *App) notesStore(context.Context) (notes.Store, error) {
	return notes.NewMemory(a.config.NotesMax), nil
}
