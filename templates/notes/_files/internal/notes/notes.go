// Package notes is the sample domain: notes that belong to an owner. It shows each pattern of the service once:
// strict input, one table of rules, ownership inside the query, paging by cursor, errors by status.
package notes

import (
	"context"
	"errors"
	"time"

	"example.com/app/internal/request"
)

// A Note belongs to its owner; nobody else learns that it exists.
type Note struct {
	ID        string
	Owner     string
	Title     string
	Body      string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// A Change is what an update sets; a nil field stays as it is.
type Change struct {
	Title *string
	Body  *string
}

// ErrNotFound also answers for a note of somebody else: 404, not 403 (ASVS 5.0.0 V8.2.2, CWE-639).
// ErrFull says that no more notes are kept.
var (
	ErrNotFound = errors.New("notes: not found")
	ErrFull     = errors.New("notes: full")
)

// A Store keeps notes. Every method names the owner, so that no query can forget it.
type Store interface {
	// Create keeps n, or returns ErrFull if there are as many notes as may be kept.
	Create(ctx context.Context, n Note) error
	Get(ctx context.Context, owner, id string) (Note, error)
	// List returns up to limit notes of owner after the cursor, oldest first. The zero Cursor is the beginning.
	List(ctx context.Context, owner string, after request.Cursor, limit int) ([]Note, error)
	// Update changes the owner's note in one step, so that two changes of different fields both stay, and returns what became of it.
	Update(ctx context.Context, owner, id string, change Change, at time.Time) (Note, error)
	Delete(ctx context.Context, owner, id string) error
}
