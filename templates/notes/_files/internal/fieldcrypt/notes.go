package fieldcrypt

import (
	"context"
	"time"

	"example.com/app/internal/notes"
	"example.com/app/internal/request"
)

// Notes is a store of notes that keeps bodies sealed in another one. Titles are not: lists are made of them.
type Notes struct {
	store  notes.Store
	bodies Column
}

// NewNotes returns a store that seals what it keeps in store.
func NewNotes(store notes.Store, c *Cipher) *Notes { return &Notes{store, Bodies(c)} }

// Bodies is the column of the notes' bodies.
func Bodies(c *Cipher) Column { return c.Column("notes", "body") }

// Create implements notes.Store.
func (s *Notes) Create(ctx context.Context, n notes.Note) error {
	n.Body = s.bodies.Seal(n.Body, n.Owner, n.ID)
	return s.store.Create(ctx, n)
}

// Get implements notes.Store.
func (s *Notes) Get(ctx context.Context, owner, id string) (notes.Note, error) {
	n, err := s.store.Get(ctx, owner, id)
	if err != nil {
		return notes.Note{}, err
	}
	return s.open(ctx, n)
}

// List implements notes.Store. One note that does not open fails the page: to leave it out in silence would hide an attack.
func (s *Notes) List(ctx context.Context, owner string, after request.Cursor, limit int) ([]notes.Note, error) {
	page, err := s.store.List(ctx, owner, after, limit)
	if err != nil {
		return nil, err
	}
	for i := range page {
		if page[i], err = s.open(ctx, page[i]); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// Update implements notes.Store.
func (s *Notes) Update(ctx context.Context, owner, id string, change notes.Change, match int64, at time.Time) (notes.Note, error) {
	if change.Body != nil {
		change.Body = new(s.bodies.Seal(*change.Body, owner, id))
	}
	n, err := s.store.Update(ctx, owner, id, change, match, at)
	if err != nil {
		return notes.Note{}, err
	}
	return s.open(ctx, n)
}

// Delete implements notes.Store.
func (s *Notes) Delete(ctx context.Context, owner, id string, match int64) error {
	return s.store.Delete(ctx, owner, id, match)
}

func (s *Notes) open(ctx context.Context, n notes.Note) (notes.Note, error) {
	body, err := s.bodies.Open(ctx, n.Body, n.Owner, n.ID)
	if err != nil {
		return notes.Note{}, err
	}
	n.Body = body
	return n, nil
}
