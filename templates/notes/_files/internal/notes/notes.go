// Package notes is the sample domain: notes that belong to an owner. It shows each pattern of the service once: strict input,
// rules, ownership inside the query, versions, paging by cursor, errors by status.
package notes

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/app/internal/request"
)

const (
	maxTitle = 200    // code points; a line in a list
	maxBody  = 10_000 // code points; about five pages
)

// A Note belongs to its owner; nobody else learns that it exists.
type Note struct {
	ID        string
	Owner     string
	Title     string
	Body      string
	Version   int64 // counts from 1; every change adds 1
	CreatedAt time.Time
	UpdatedAt time.Time
}

// A Change is what an update sets; a nil field stays as it is.
type Change struct {
	Title *string
	Body  *string
}

// check checks the fields that are present, all of them at once (ASVS 5.0.0 V2.2.1). Text is stored as it came: what makes it
// safe is the encoding where it is shown, not a filter where it enters (V1.1.2).
func (c Change) check() error {
	var e request.Errors
	e.Check(c != Change{}, "", "empty", "needs at least one field")
	if c.Title != nil {
		e.Check(strings.TrimSpace(*c.Title) != "", "/title", "required", "must not be empty")
		e.Check(utf8.RuneCountInString(*c.Title) <= maxTitle, "/title", "too-long", "must have at most 200 characters")
		e.Check(!strings.ContainsFunc(*c.Title, unicode.IsControl), "/title", "characters", "must not contain control characters")
	}
	if c.Body != nil {
		e.Check(utf8.RuneCountInString(*c.Body) <= maxBody, "/body", "too-long", "must have at most 10000 characters")
		e.Check(!strings.ContainsFunc(*c.Body, forbidden), "/body", "characters", "must not contain control characters except tabs and line breaks")
	}
	return e.Err()
}

// forbidden is every control character that is not the layout of a text. NUL is among them, which PostgreSQL cannot store.
func forbidden(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
}

// The errors of a Store.
var (
	ErrNotFound = errors.New("notes: not found") // also for a note of somebody else: 404, not 403 (ASVS 5.0.0 V8.2.2, CWE-639)
	ErrFull     = errors.New("notes: full")
	ErrChanged  = errors.New("notes: changed") // the note has another version
)

// A Store keeps notes. Every method names the owner, so that no query can forget it.
type Store interface {
	// Create stores n, or returns ErrFull if the limit is reached.
	Create(ctx context.Context, n Note) error
	Get(ctx context.Context, owner, id string) (Note, error)
	// List returns up to limit notes of owner after the cursor, oldest first. The zero Cursor is the beginning.
	List(ctx context.Context, owner string, after request.Cursor, limit int) ([]Note, error)
	// Update changes the owner's note in one step, so that concurrent changes of different fields are both kept, and returns the
	// result. It returns ErrChanged if match is not 0 and not the version of the note.
	Update(ctx context.Context, owner, id string, change Change, match int64, at time.Time) (Note, error)
	// Delete removes the owner's note, or returns ErrChanged as Update does.
	Delete(ctx context.Context, owner, id string, match int64) error
}
