package fieldcrypt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/app/internal/event"
	"example.com/app/internal/notes"
)

// Notes is a store of notes that keeps bodies sealed in another one. Titles are not: lists are made of them.
type Notes struct {
	store  notes.Store
	cipher *Cipher
}

// NewNotes returns a store that seals what it keeps in store.
func NewNotes(store notes.Store, c *Cipher) *Notes { return &Notes{store, c} }

// Create implements notes.Store.
func (s *Notes) Create(ctx context.Context, n notes.Note) error {
	n.Body = s.cipher.Seal([]byte(n.Body), "notes", "body", row(n.Owner, n.ID))
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
func (s *Notes) List(ctx context.Context, owner string, after notes.Cursor, limit int) ([]notes.Note, error) {
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
func (s *Notes) Update(ctx context.Context, owner, id string, change notes.Change, at time.Time) (notes.Note, error) {
	if change.Body != nil {
		change.Body = new(s.cipher.Seal([]byte(*change.Body), "notes", "body", row(owner, id)))
	}
	n, err := s.store.Update(ctx, owner, id, change, at)
	if err != nil {
		return notes.Note{}, err
	}
	return s.open(ctx, n)
}

// Delete implements notes.Store.
func (s *Notes) Delete(ctx context.Context, owner, id string) error {
	return s.store.Delete(ctx, owner, id)
}

func (s *Notes) open(ctx context.Context, n notes.Note) (notes.Note, error) {
	body, err := s.cipher.Open(n.Body, "notes", "body", row(n.Owner, n.ID))
	if err != nil {
		reason := "tampered"
		if errors.Is(err, ErrKey) {
			reason = "unknown_key"
		}
		event.Log(ctx, event.DecryptFailed, slog.String("table", "notes"), slog.String("row", n.ID), slog.String("reason", reason))
		return notes.Note{}, fmt.Errorf("open body of note: %w", err)
	}
	n.Body = string(body)
	return n, nil
}

// ResealNote is what rotate-keys does to the stored body of a note. Only with plain does it seal a body that is still plain
// text: otherwise who can write to the database could have a forged one sealed.
func (c *Cipher) ResealNote(owner, id, body string, plain bool) (string, error) {
	if plain && !Sealed(body) {
		return c.Seal([]byte(body), "notes", "body", row(owner, id)), nil
	}
	resealed, err := c.Reseal(body, "notes", "body", row(owner, id))
	if err != nil {
		return "", fmt.Errorf("note %s: %w", id, err)
	}
	return resealed, nil
}

// row names a row with its owner, so that a note that is handed to somebody else in the database does not open for them. The
// id, a UUID, holds no blank.
func row(owner, id string) string { return owner + " " + id }
